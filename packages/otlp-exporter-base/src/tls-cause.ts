// SPDX-License-Identifier: Apache-2.0

/** The code of a handshake that took too long; Node has none. */
export const TLS_TIMEOUT_CODE = 'ERR_LOGFERRY_TLS_TIMEOUT';

/** Some servers close without an alert where they refuse a client certificate, and so does one that speaks another protocol. */
export const CLOSED_AFTER_HANDSHAKE =
  'the server closed the connection right after the TLS handshake: it may have refused the client certificate';

/** So do they under TLS 1.2, where the client certificate comes within the handshake. */
const CLOSED_DURING_HANDSHAKE =
  'the peer closed the connection during the TLS handshake: it may have refused the client certificate, or not speak TLS';

/** How Node begins to say that. */
const ENDED_BEFORE_SECURE = 'Client network socket disconnected before secure TLS';

/** Codes of Node's and OpenSSL's certificate checks. */
const BY_CODE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate is not yet valid",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is self-signed and not among the trusted CAs",
  SELF_SIGNED_CERT_IN_CHAIN: "the server's certificate comes from a CA that is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the server's certificate comes from a CA that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT: "the server's certificate comes from a CA that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the server's certificate comes from a CA that is not trusted",
  CERT_SIGNATURE_FAILURE: "the server's certificate has a wrong signature",
  CERT_REVOKED: "the server's certificate was revoked",
  INVALID_PURPOSE: "the server's certificate is not made for a server",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host",
  ERR_SSL_WRONG_VERSION_NUMBER: 'the peer does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the peer does not speak TLS',
  ERR_SSL_HTTP_REQUEST: 'the peer does not speak TLS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the peer speaks no version of TLS that is allowed here',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the peer speaks no version of TLS that is allowed here',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server demands a client certificate and none is configured',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the server does not trust the client certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the server refused the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the server refused the client certificate: it has expired',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: 'the server refused the client certificate: it was revoked',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the server refused the client certificate',
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: 'the server refused the client certificate',
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: 'the server refused the client certificate',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'the peer found no common version, cipher or client certificate',
  [TLS_TIMEOUT_CODE]: 'the peer did not finish the TLS handshake in time',
};

/**
 * Why a TLS connection failed, in words for a person. Undefined for an error that is not TLS's, such as a reset.
 * @param error what Node's TLS socket reported: an Error, or the code alone.
 * @param protocol the one that was asked for by ALPN, in words.
 */
export function tlsFailureCause(error: unknown, protocol: string = 'HTTP/2'): string | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  if (code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL') return `the peer does not speak ${protocol} (${code})`;
  // Node gives an orderly end in the handshake the code of a reset, which has a system call.
  if (error instanceof Error && code === 'ECONNRESET' && error.message.startsWith(ENDED_BEFORE_SECURE)) {
    return CLOSED_DURING_HANDSHAKE;
  }
  // OpenSSL 3.2 (Node 24) says "ssl/tls alert" where 3.0 (Node 20 and 22) says "sslv3 alert".
  const known = BY_CODE[code.replace('_SSL/TLS_ALERT_', '_SSLV3_ALERT_')];
  if (known !== undefined) return `${known} (${code})`;
  // Every failure of a handshake has such a code, also one that OpenSSL invents tomorrow.
  return /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_)/.test(code) ? `the TLS handshake failed (${code})` : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : error;
  return typeof code === 'string' && /^[A-Z0-9_/]{3,80}$/.test(code) ? code : undefined;
}
