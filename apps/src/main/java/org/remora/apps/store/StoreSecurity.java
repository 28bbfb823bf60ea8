package org.remora.apps.store;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How the clients of the store and its replicas prove to each other who they are. Immutable.
 *
 * <ul>
 *   <li>By a token, derived from the secret of the group: the client sends it with every request.
 *       It proves nothing of the replica, and whoever reads the network reads it too: so for the
 *       machine itself, and networks that nobody else is on.
 *   <li>By mutual TLS 1.3: the replica's certificate names {@code remora:process:P}, the client's
 *       {@code remora:client}, as URIs among the subject alternative names.
 * </ul>
 */
public final class StoreSecurity {
  private static final int SAN_URI = 6;
  private static final String TLS = "TLSv1.3";
  private static final String CLIENT = "remora:client";
  private static final String SCHEME = "Bearer ";

  private final @Nullable String token;
  private final @Nullable KeyStore store;
  private final char[] password;

  private StoreSecurity(@Nullable String token, @Nullable KeyStore store, char[] password) {
    this.token = token;
    this.store = store;
    this.password = password;
  }

  /**
   * By a token that is derived from the secret of the group: it does not tell the secret.
   *
   * @throws IllegalArgumentException if the secret is shorter than 16 bytes
   */
  public static StoreSecurity ofGroup(byte[] secret) {
    if (secret.length < 16) {
      throw new IllegalArgumentException(
          "a key of " + secret.length + " bytes; at least 16 are needed");
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] derived = mac.doFinal("remora clients".getBytes(StandardCharsets.UTF_8));
      return new StoreSecurity(HexFormat.of().formatHex(derived), null, new char[0]);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }

  /**
   * By TLS, with a PKCS #12 file that holds this end's key and certificate, and those to trust.
   *
   * @throws IOException if the file cannot be read, or not with this password
   * @throws GeneralSecurityException if it does not hold what is needed
   */
  public static StoreSecurity ofKeyStore(Path file, char[] password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    StoreSecurity security = new StoreSecurity(null, store, password.clone());
    security.context(security.trust(store)); // fails here, not at the first connection
    return security;
  }

  /** What clients send, if a token is used. */
  public @Nullable String token() {
    return token;
  }

  // The replica's side.

  /** A server that is not started yet. */
  HttpServer listen(InetSocketAddress address) throws IOException {
    KeyStore known = store;
    if (known == null) {
      return HttpServer.create(address, 0);
    }
    HttpsServer server = HttpsServer.create(address, 0);
    SSLContext context;
    try {
      context = context(new Trust(trust(known), CLIENT, null));
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be used", e);
    }
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters mutual = context.getDefaultSSLParameters();
            mutual.setProtocols(new String[] {TLS});
            mutual.setNeedClientAuth(true);
            parameters.setSSLParameters(mutual);
          }
        });
    return server;
  }

  /**
   * Whether a request with that header may be answered; with TLS, no other gets through to here.
   */
  boolean admits(@Nullable String authorization) {
    String expected = token;
    if (expected == null) {
      return true;
    }
    return authorization != null
        && authorization.startsWith(SCHEME)
        && MessageDigest.isEqual(
            authorization.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8),
            expected.getBytes(StandardCharsets.UTF_8));
  }

  // The client's side.

  /** The value of the header to send; null for none. */
  @Nullable String authorization() {
    return token == null ? null : SCHEME + token;
  }

  String scheme() {
    return store == null ? "http" : "https";
  }

  /** How to reach replica {@code number}, and nobody else in its place; null without TLS. */
  @Nullable SSLContext contextFor(int number) {
    KeyStore known = store;
    if (known == null) {
      return null;
    }
    try {
      return context(new Trust(trust(known), null, "remora:process:" + number));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("it could be made before", e);
    }
  }

  private SSLContext context(TrustManager trust) throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(Objects.requireNonNull(store), password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), new TrustManager[] {trust}, null);
    return context;
  }

  private X509TrustManager trust(KeyStore known) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(known);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("no trust manager for X.509");
  }

  /**
   * Trusts whom the store leads to, if the certificate names who is expected. It does that in place
   * of the check of the host's name: replicas are known by their numbers, wherever they run.
   */
  private static final class Trust extends X509ExtendedTrustManager {
    private final X509TrustManager store;
    private final @Nullable String client;
    private final @Nullable String server;

    Trust(X509TrustManager store, @Nullable String client, @Nullable String server) {
      this.store = store;
      this.client = client;
      this.server = server;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      store.checkClientTrusted(chain, type);
      check(chain[0], client);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      store.checkServerTrusted(chain, type);
      check(chain[0], server);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return store.getAcceptedIssuers();
    }

    private static void check(X509Certificate certificate, @Nullable String expected)
        throws CertificateException {
      if (expected == null || !names(certificate, expected)) {
        throw new CertificateException("the certificate does not name " + expected);
      }
    }

    private static boolean names(X509Certificate certificate, String uri)
        throws CertificateParsingException {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names != null
          && names.stream()
              .anyMatch(
                  name -> Integer.valueOf(SAN_URI).equals(name.get(0)) && uri.equals(name.get(1)));
    }
  }
}
