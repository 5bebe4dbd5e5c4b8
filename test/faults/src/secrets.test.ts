// SPDX-License-Identifier: Apache-2.0
import { captureDiagnostics, grpcStatus, startHttp2Peer, startOtlpReceiver } from '@logferry-test/support';
import { expect, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { openPipeline } from './pipeline.ts';

describeFault('secrets', () => {
  test("a header value that the server repeats, and a record's content, are in no diagnostic and no error", async () => {
    const secret = 'Bearer s3cr3t-t0ken';
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const peer = await startHttp2Peer((index) => grpcStatus(index === 0 ? 14 : 16, { message: `bad token ${secret}` }));
    onTestFinished(() => peer.close());
    const errors: unknown[] = [];
    const pipeline = openPipeline(
      { endpoint: `http://127.0.0.1:${peer.port}`, headers: { authorization: secret } },
      { onError: (error) => errors.push(error, error.message, error.stack, error.cause) },
    );
    pipeline.emitRecord({ body: 'card 4111 1111', attributes: { number: 1 } });
    await pipeline.processor.forceFlush();
    expect(pipeline.account([])).toMatchObject({ delivered: 0, queued: 0, dropped: { failed: 1 } });
    const said = JSON.stringify([diagnostics.messages, errors.map(String), pipeline.exporter.stats()]);
    expect(said).toContain('bad token');
    expect(said).not.toContain('s3cr3t');
    expect(said).not.toContain('4111');
  });

  test("a server's text is cut, and escaped for the log", async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await startOtlpReceiver({
      respond: () => ({ kind: 'status', code: 3, message: `\u001b[2J\n${'x'.repeat(10_000)}` }),
    });
    onTestFinished(() => receiver.close());
    const pipeline = openPipeline({ endpoint: receiver.endpoint });
    pipeline.emit(10);
    await pipeline.processor.forceFlush();
    expect(pipeline.account([])).toMatchObject({ delivered: 0, queued: 0, dropped: { failed: 10 } });
    expect(diagnostics.messages.length).toBeGreaterThan(0);
    for (const message of diagnostics.messages) {
      expect(message.length).toBeLessThan(800);
      // oxlint-disable-next-line no-control-regex -- that none gets through is what is tested
      expect(message).not.toMatch(/[\u0000-\u001f]/);
    }
  });
});
