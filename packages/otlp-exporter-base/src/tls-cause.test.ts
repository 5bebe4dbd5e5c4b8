// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { tlsFailureCause } from './tls-cause.ts';

test.each<[unknown, string | undefined]>([
  [{ code: 'CERT_HAS_EXPIRED' }, "the server's certificate has expired (CERT_HAS_EXPIRED)"],
  ['CERT_HAS_EXPIRED', "the server's certificate has expired (CERT_HAS_EXPIRED)"],
  [
    { code: 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE' },
    'the server refused the client certificate (ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE)',
  ],
  [
    { code: 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE' },
    'the server refused the client certificate (ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE)',
  ],
  [
    { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' },
    'the server does not trust the client certificate (ERR_SSL_TLSV1_ALERT_UNKNOWN_CA)',
  ],
  [{ code: 'ERR_SSL_NEW_IN_2030' }, 'the TLS handshake failed (ERR_SSL_NEW_IN_2030)'],
  [{ code: 'ECONNRESET' }, undefined],
  [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }), undefined],
  [
    Object.assign(new Error('Client network socket disconnected before secure TLS connection was established'), {
      code: 'ECONNRESET',
    }),
    'the peer closed the connection during the TLS handshake: it may have refused the client certificate, or not speak TLS',
  ],
  [{ code: 'ERR_SSL_\r\nforged line' }, undefined],
  [new Error('no code'), undefined],
  [undefined, undefined],
])('%j is told as %j', (error, cause) => {
  expect(tlsFailureCause(error)).toBe(cause);
});
