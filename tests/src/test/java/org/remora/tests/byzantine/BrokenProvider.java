package org.remora.tests.byzantine;

import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactorySpi;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureSpi;
import java.security.spec.EncodedKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.remora.byzantine.keys.Ed25519;
import org.remora.memory.Value;

/** A JCA provider of Ed25519 whose verification accepts anything, or whose signatures are wrong. */
final class BrokenProvider extends Provider {
  private static final long serialVersionUID = 1L;

  BrokenProvider(boolean wrongSignatures) {
    super("Broken", "1", "broken on purpose");
    putService(new Made("KeyFactory", Keys::new));
    putService(new Made("Signature", () -> new Accepting(wrongSignatures)));
  }

  private final class Made extends Service {
    private final Supplier<Object> maker;

    Made(String type, Supplier<Object> maker) {
      super(BrokenProvider.this, type, "Ed25519", Accepting.class.getName(), null, Map.of());
      this.maker = maker;
    }

    @Override
    public Object newInstance(Object parameter) {
      return maker.get();
    }
  }

  /** A key that is nothing but its encoding. */
  private record Encoded(Value encoding) implements PrivateKey, PublicKey {
    @Override
    public String getAlgorithm() {
      return "Ed25519";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public byte[] getEncoded() {
      return encoding.toBytes();
    }
  }

  private static final class Keys extends KeyFactorySpi {
    @Override
    protected PublicKey engineGeneratePublic(KeySpec spec) {
      return new Encoded(Value.of(((EncodedKeySpec) spec).getEncoded()));
    }

    @Override
    protected PrivateKey engineGeneratePrivate(KeySpec spec) {
      return new Encoded(Value.of(((EncodedKeySpec) spec).getEncoded()));
    }

    @Override
    protected <T extends KeySpec> T engineGetKeySpec(Key key, Class<T> type)
        throws InvalidKeySpecException {
      throw new InvalidKeySpecException("none");
    }

    @Override
    protected Key engineTranslateKey(Key key) throws InvalidKeyException {
      throw new InvalidKeyException("none");
    }
  }

  private static final class Accepting extends SignatureSpi {
    private final boolean wrong;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private byte[] seed = new byte[32];

    Accepting(boolean wrong) {
      this.wrong = wrong;
    }

    @Override
    protected void engineInitVerify(PublicKey key) {}

    @Override
    protected void engineInitSign(PrivateKey key) {
      byte[] encoding = key.getEncoded();
      seed = Arrays.copyOfRange(encoding, encoding.length - 32, encoding.length);
    }

    @Override
    protected void engineUpdate(byte b) {
      message.write(b);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
      message.write(bytes, offset, length);
    }

    @Override
    protected byte[] engineSign() {
      byte[] signature = Ed25519.bouncyCastle().sign(seed, message.toByteArray());
      message.reset();
      signature[5] ^= (byte) (wrong ? 1 : 0);
      return signature;
    }

    @Override
    protected boolean engineVerify(byte[] signature) {
      message.reset();
      return true;
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {}

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException(name);
    }
  }
}
