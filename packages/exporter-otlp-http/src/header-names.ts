// SPDX-License-Identifier: Apache-2.0

/** Names that the HTTP client or this exporter sets: framing, the connection, and what describes the body. */
const RESERVED =
  /^(?:connection|content-encoding|content-length|content-type|expect|host|keep-alive|proxy-authorization|proxy-connection|te|trailer|transfer-encoding|upgrade|user-agent)$/;

/** What OTLP/HTTP has against a header's name; undefined: nothing. */
export function httpHeaderRule(name: string): string | undefined {
  return RESERVED.test(name) ? `the header ${name} is set by the protocol` : undefined;
}
