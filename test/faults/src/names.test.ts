// SPDX-License-Identifier: Apache-2.0
import { captureDiagnostics, startDnsServer, startOtlpReceiver } from '@logferry-test/support';
import { expect, onTestFinished, test, vi } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { allDelivered, openPipeline } from './pipeline.ts';

// grpc-js asks the DNS server of a target only with this variable, which it reads when it is loaded.
vi.hoisted(() => {
  process.env['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] = 'true';
});

describeFault('the name does not resolve', () => {
  test('the data is kept, and arrives when the name resolves', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const taken = (): Uint8Array[] => receiver.requests.map(({ bytes }) => bytes);
    const dns = await startDnsServer();
    onTestFinished(() => dns.close());
    const pipeline = openPipeline({
      endpoint: `dns://${dns.address}/collector.test:${receiver.port}`,
      insecure: true,
      channelOptions: {
        'grpc.initial_reconnect_backoff_ms': 20,
        'grpc.max_reconnect_backoff_ms': 100,
        'grpc.dns_min_time_between_resolutions_ms': 20,
      },
    });
    pipeline.emit(30);
    const flushed = pipeline.processor.forceFlush();
    await expect
      .poll(() => pipeline.exporter.stats().retries, { interval: 2, timeout: 10_000 })
      .toBeGreaterThanOrEqual(3);
    expect(pipeline.account(taken())).toMatchObject({ queued: 30, delivered: 0, arrived: 0 });
    dns.setAddresses('collector.test', ['127.0.0.1']);
    await flushed;
    expect(pipeline.account(taken())).toEqual(allDelivered(30));
    const target = `dns://${dns.address}/collector.test:${receiver.port}`;
    expect(diagnostics.messages).toEqual([
      `warn: @logferry/exporter-otlp-grpc: a request to ${target} failed and is tried again: UNAVAILABLE: Name resolution failed for target ${target}`,
    ]);
  });
});
