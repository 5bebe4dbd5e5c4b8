// SPDX-License-Identifier: Apache-2.0
import { createCertificateAuthority, startOtlpReceiver, startSilentPeer } from '@logferry-test/support';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const CHILD = fileURLToPath(new URL('../fixtures/exporting-child.ts', import.meta.url));

/** What the process wrote until it ended by itself, and its exit code. */
async function run(
  scenario: 'natural-end' | 'shutdown',
  ...words: string[]
): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, ['--conditions=@logferry/source', CHILD, scenario, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  });
  const exit = once(child, 'exit');
  const output = await text(child.stdout);
  const [code] = (await exit) as [unknown];
  return { code, output };
}

test('an idle connection does not keep a process alive, and a send in flight does', async () => {
  const receiver = await startOtlpReceiver({ respond: () => ({ kind: 'ok', delayMillis: 300 }) });
  onTestFinished(() => receiver.close());
  expect(await run('natural-end', receiver.endpoint)).toEqual({ code: 0, output: 'delivered {"OK":1}' });
});

test('an idle TLS connection does not keep a process alive', async () => {
  const ca = await createCertificateAuthority();
  onTestFinished(() => ca.dispose());
  const receiver = await startOtlpReceiver({ tls: await ca.server() });
  onTestFinished(() => receiver.close());
  expect(await run('natural-end', receiver.endpoint, ca.certFile)).toEqual({ code: 0, output: 'delivered {"OK":1}' });
});

test('a wait for the next attempt does not keep a process alive', async () => {
  const receiver = await startOtlpReceiver({ respond: () => ({ kind: 'status', code: 14 }) });
  onTestFinished(() => receiver.close());
  expect(await run('natural-end', receiver.endpoint)).toEqual({ code: 0, output: '{"UNAVAILABLE":1}' });
});

test('a TLS handshake that nobody answers does not keep a process alive beyond the deadline', async () => {
  const peer = await startSilentPeer();
  onTestFinished(() => peer.close());
  const { code, output } = await run('natural-end', `https://127.0.0.1:${peer.port}`);
  expect([code, output]).toEqual([0, '{"UNAVAILABLE":1}']);
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
