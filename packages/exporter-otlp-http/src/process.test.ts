// SPDX-License-Identifier: Apache-2.0
import {
  createCertificateAuthority,
  type HttpReply,
  startHttpProxy,
  startOtlpHttpReceiver,
  startSilentPeer,
} from '@logferry-test/support';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const CHILD = fileURLToPath(new URL('../fixtures/exporting-child.ts', import.meta.url));

/** A process that lives longer is killed, and then has no exit code. */
const MOST_MILLIS = 25_000;

/** How long receivers keep idle connections: nobody else than the process itself can end it in time. */
const KEPT_MILLIS = 120_000;

/** What the process wrote until it ended by itself, and its exit code. */
async function run(
  scenario: 'natural-end' | 'shutdown',
  ...words: string[]
): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, ['--conditions=@logferry/source', CHILD, scenario, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A proxy's certificate is checked by the CAs that Node trusts.
    env: { ...process.env, ...(words[1] === undefined ? {} : { NODE_EXTRA_CA_CERTS: words[1] }) },
    timeout: MOST_MILLIS,
  });
  const exit = once(child, 'exit');
  const output = await text(child.stdout);
  const [code] = (await exit) as [unknown];
  return { code, output };
}

test('an idle connection does not keep a process alive, and a send in flight does', async () => {
  const respond = (): HttpReply => ({ kind: 'ok', delayMillis: 300 });
  const receiver = await startOtlpHttpReceiver({ respond, keepAliveMillis: KEPT_MILLIS });
  onTestFinished(() => receiver.close());
  expect(await run('natural-end', receiver.endpoint)).toEqual({ code: 0, output: 'delivered {"HTTP 200":1}' });
});

test('an idle TLS connection does not keep a process alive', async () => {
  const ca = await createCertificateAuthority();
  onTestFinished(() => ca.dispose());
  const receiver = await startOtlpHttpReceiver({ tls: await ca.server(), keepAliveMillis: KEPT_MILLIS });
  onTestFinished(() => receiver.close());
  expect(await run('natural-end', receiver.endpoint, ca.certFile)).toEqual({
    code: 0,
    output: 'delivered {"HTTP 200":1}',
  });
});

test.each(['http', 'https'])('an idle connection through an %s proxy does not keep a process alive', async (scheme) => {
  const ca = await createCertificateAuthority();
  onTestFinished(() => ca.dispose());
  const receiver = await startOtlpHttpReceiver({ tls: await ca.server(), keepAliveMillis: KEPT_MILLIS });
  onTestFinished(() => receiver.close());
  const proxy = await startHttpProxy(scheme === 'https' ? { tls: await ca.server() } : {});
  onTestFinished(() => proxy.close());
  expect(await run('natural-end', receiver.endpoint, ca.certFile, `${scheme}://localhost:${proxy.port}`)).toEqual({
    code: 0,
    output: 'delivered {"HTTP 200":1}',
  });
});

test('a wait for the next attempt does not keep a process alive', async () => {
  const receiver = await startOtlpHttpReceiver({ respond: () => ({ kind: 'status', status: 503 }) });
  onTestFinished(() => receiver.close());
  expect(await run('natural-end', receiver.endpoint)).toEqual({ code: 0, output: '{"HTTP 503":1}' });
});

test('a TLS handshake that nobody answers does not keep a process alive beyond the deadline', async () => {
  const peer = await startSilentPeer();
  onTestFinished(() => peer.close());
  const { code, output } = await run('natural-end', `https://127.0.0.1:${peer.port}`);
  expect([code, output]).toEqual([0, '{"NO_CONNECTION":1}']);
});

test('after shutdown nothing keeps a process alive, whatever the peer does', async () => {
  const silent = await startSilentPeer();
  onTestFinished(() => silent.close());
  for (const endpoint of [`https://127.0.0.1:${silent.port}`, `http://127.0.0.1:${silent.port}`]) {
    expect(await run('shutdown', endpoint)).toEqual({
      code: 0,
      output: expect.stringMatching(/^retryable /) as string,
    });
  }
});
