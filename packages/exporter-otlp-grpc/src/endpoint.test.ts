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
  ['unix:/run/collector.sock', true, 'unix:/run/collector.sock', false, 'localhost'],
  ['unix:///run/collector.sock', false, 'unix:///run/collector.sock', true, 'localhost'],
])('%s with insecure=%s is one server', (endpoint, insecure, target, secure, host) => {
  expect(parseEndpoint('endpoint', endpoint, insecure)).toEqual({ target, secure, host, namesServers: false });
});

test.each([
  ['dns:///collector.example', 'dns:///collector.example:4317', 'collector.example'],
  ['dns://8.8.8.8/collector.example:1', 'dns://8.8.8.8/collector.example:1', 'collector.example'],
  ['dns:collector.example:1', 'dns:collector.example:1', 'collector.example'],
  ['ipv4:10.0.0.1', 'ipv4:10.0.0.1:4317', '10.0.0.1'],
  ['ipv4:10.0.0.1:9,10.0.0.2', 'ipv4:10.0.0.1:9,10.0.0.2:4317', undefined],
  ['ipv4:10.0.0.1, 10.0.0.2', 'ipv4:10.0.0.1:4317,10.0.0.2:4317', undefined],
  ['ipv6:[::1]:9', 'ipv6:[::1]:9', '::1'],
  ['ipv6:[2001:0DB8:0:0::1]:9', 'ipv6:[2001:db8::1]:9', '2001:db8::1'],
  ['ipv6:2001:db8::1', 'ipv6:[2001:db8::1]:4317', '2001:db8::1'],
  ['ipv6:[::1]:9,[2001:db8::2],2001:db8::3', 'ipv6:[::1]:9,[2001:db8::2]:4317,[2001:db8::3]:4317', undefined],
])('%s names servers, each with a port', (endpoint, target, host) => {
  expect(parseEndpoint('endpoint', endpoint, false)).toEqual({ target, secure: true, host, namesServers: true });
  expect(parseEndpoint('endpoint', endpoint, true)).toEqual({ target, secure: false, host, namesServers: true });
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
  ['ipv4:10.0.0.1:4317,', `${FORMS}; it is "ipv4:10.0.0.1:4317,"`],
  ['ipv4:10.0.0.1:99999', `${FORMS}; it is "ipv4:10.0.0.1:99999"`],
  [
    'ipv4:10.0.0.1,collector.example',
    'endpoint must be a list of IPv4 addresses, each with or without a port; it is "ipv4:10.0.0.1,collector.example"',
  ],
  [
    'ipv6:[::1]:4317,10.0.0.1:4317',
    'endpoint must be a list of IPv6 addresses, each with or without a port; it is "ipv6:[::1]:4317,10.0.0.1:4317"',
  ],
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
