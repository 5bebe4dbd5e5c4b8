// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { parseEndpoint } from './endpoint.ts';

test.each([
  ['https://collector.example', false, 'collector.example:4317', true, 'collector.example'],
  ['https://collector.example:443', false, 'collector.example:443', true, 'collector.example'],
  ['https://collector.example:443/', true, 'collector.example:443', true, 'collector.example'],
  ['HTTP://collector.example:4317', false, 'collector.example:4317', false, 'collector.example'],
  ['http://[::1]:4317', false, '[::1]:4317', false, '::1'],
  ['https://[2001:db8::1]', false, '[2001:db8::1]:4317', true, '2001:db8::1'],
  ['https://127.0.0.1:9', false, '127.0.0.1:9', true, '127.0.0.1'],
  ['collector.example', false, 'collector.example:4317', true, 'collector.example'],
  ['collector.example:55680', true, 'collector.example:55680', false, 'collector.example'],
  ['dns:///collector.example', false, 'dns:///collector.example:4317', true, 'collector.example'],
  ['dns://8.8.8.8/collector.example:1', false, 'dns://8.8.8.8/collector.example:1', true, 'collector.example'],
  ['dns:collector.example:1', false, 'dns:collector.example:1', true, 'collector.example'],
  ['ipv4:10.0.0.1:4317,10.0.0.2:4317', false, 'ipv4:10.0.0.1:4317,10.0.0.2:4317', true, '10.0.0.1'],
  ['ipv6:[::1]:4317', true, 'ipv6:[::1]:4317', false, '::1'],
  ['unix:/run/collector.sock', true, 'unix:/run/collector.sock', false, 'localhost'],
  ['unix:///run/collector.sock', false, 'unix:///run/collector.sock', true, 'localhost'],
])('%s with insecure=%s', (endpoint, insecure, target, secure, host) => {
  expect(parseEndpoint('endpoint', endpoint, insecure)).toEqual({ target, secure, host });
});

const FORMS =
  'endpoint must be https://host[:port], http://host[:port], host[:port] or a gRPC target (dns:, ipv4:, ipv6:, unix:)';

test.each<[unknown, string]>([
  ['', `${FORMS}; it is ""`],
  [42, `${FORMS}; it is 42`],
  ['https://', `${FORMS}; it is "https://"`],
  ['https://host:0', `${FORMS}; it is "https://host:0"`],
  ['https://host:70000', `${FORMS}; it is "https://host:70000"`],
  ['ftp://host:4317', `${FORMS}; it is "ftp://host:4317"`],
  ['host name:4317', `${FORMS}; it is "host name:4317"`],
  [
    'https://host:4317/v1/logs',
    'endpoint must be an endpoint without a path: gRPC has its own; it is "https://host:4317/v1/logs"',
  ],
  ['https://user:password@host', 'endpoint must not hold a user name or password; use headers'],
  ['user:password@host', 'endpoint must not hold a user name or password; use headers'],
])('%j is refused', (endpoint, message) => {
  expect(() => parseEndpoint('endpoint', endpoint, false)).toThrow(
    expect.objectContaining({ name: 'LogferryError', code: 'INVALID_OPTION', message }),
  );
});
