package org.remora.socket;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS 1.3 by the JDK: both ends show a certificate that the other's trust store leads to,
 * and whose only {@code remora:} URI among the subject alternative names is its {@link
 * Identity#uri}. Everything on the connection is encrypted and authenticated.
 */
public final class TlsSecurity implements Security {
  private static final int SAN_URI = 6;

  private final SSLContext context;

  private TlsSecurity(SSLContext context) {
    this.context = context;
  }

  /** By a context that holds this end's key and whom it trusts. */
  public static TlsSecurity of(SSLContext context) {
    return new TlsSecurity(Objects.requireNonNull(context));
  }

  /**
   * By a PKCS #12 file with this end's private key, its certificate, and the certificates to trust.
   *
   * @throws IOException if the file cannot be read, or not with this password
   * @throws GeneralSecurityException if it does not hold what is needed
   */
  public static TlsSecurity ofKeyStore(Path file, char[] password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return of(context);
  }

  SSLEngine engine(boolean client) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(client);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    if (!client) {
      parameters.setNeedClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** Whom the certificate of the other end names; null if it names nobody, or several. */
  static @Nullable Identity peer(SSLEngine engine) {
    try {
      Certificate[] chain = engine.getSession().getPeerCertificates();
      Collection<List<?>> names =
          chain[0] instanceof X509Certificate certificate
              ? certificate.getSubjectAlternativeNames()
              : null;
      if (names == null) {
        return null;
      }
      Identity found = null;
      for (List<?> name : names) {
        if (Integer.valueOf(SAN_URI).equals(name.get(0))
            && name.get(1) instanceof String uri
            && uri.startsWith("remora:")) {
          if (found != null) {
            return null;
          }
          found = Identity.ofUri(uri);
        }
      }
      return found;
    } catch (SSLPeerUnverifiedException | CertificateParsingException unproven) {
      return null;
    }
  }
}
