// SPDX-License-Identifier: Apache-2.0
import { promises as dns } from 'node:dns';
import { expect, onTestFinished, test } from 'vitest';

import { startDnsServer } from './dns-server.ts';

test('it answers with the addresses of a name, by family, as they are now', async () => {
  const server = await startDnsServer();
  onTestFinished(() => server.close());
  const resolver = new dns.Resolver();
  resolver.setServers([server.address]);
  server.setAddresses('collector.test', ['127.0.0.1', '127.0.0.2', '::1', '2001:db8::8:800:200c:417a']);
  expect(await resolver.resolve4('collector.test')).toEqual(['127.0.0.1', '127.0.0.2']);
  expect(await resolver.resolve6('collector.test')).toEqual(['::1', '2001:db8::8:800:200c:417a']);
  server.setAddresses('collector.test', ['127.0.0.3']);
  expect(await resolver.resolve4('collector.test')).toEqual(['127.0.0.3']);
  await expect(resolver.resolve6('collector.test')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolveTxt('collector.test')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolve4('other.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect(server.questions.slice(0, 3)).toEqual(['A collector.test', 'AAAA collector.test', 'A collector.test']);
});
