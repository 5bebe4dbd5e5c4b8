// SPDX-License-Identifier: Apache-2.0
import { type RunningCollector, startCollector } from '@logferry-test/collector';
import { describeCollector } from '@logferry-test/collector/describe-collector';
import {
  captureDiagnostics,
  type CertificatePair,
  createCertificateAuthority,
  type OtlpReceiver,
  startOtlpReceiver,
} from '@logferry-test/support';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

import { allDelivered, openPipeline, type Pipeline } from './pipeline.ts';

/** Behind the Collector, which acknowledges what this one has acknowledged. It takes its time, so that sends are in flight. */
async function endOfLine(): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver({ respond: () => ({ kind: 'ok', delayMillis: 20 }) });
  onTestFinished(() => receiver.close());
  return receiver;
}

async function collectorBefore(
  binary: string,
  receiver: OtlpReceiver,
  tls?: CertificatePair,
): Promise<RunningCollector<'otlp'>> {
  const collector = await startCollector(binary, { otlp: optionsFor(receiver, tls) });
  onTestFinished(() => collector.dispose());
  return collector;
}

function optionsFor(receiver: OtlpReceiver, tls?: CertificatePair): Parameters<typeof startCollector>[1][string] {
  return {
    kind: 'otlp-grpc',
    forwardTo: `127.0.0.1:${receiver.port}`,
    ...(tls && { tls: { certificateFile: tls.certFile, keyFile: tls.keyFile } }),
  };
}

/** Emits 5 records every 5 ms until it is told to stop; returns how many. */
function steadyLoad(pipeline: Pipeline): () => number {
  let emitted = 0;
  const timer = setInterval(() => {
    pipeline.emit(5);
    emitted += 5;
  }, 5);
  onTestFinished(() => clearInterval(timer));
  return () => {
    clearInterval(timer);
    return emitted;
  };
}

function taken(receiver: OtlpReceiver): Uint8Array[] {
  return receiver.requests.map(({ bytes }) => bytes);
}

describeCollector('the real Collector under load', (binary) => {
  test('is killed and restarted on its port four times: nothing is lost, at most what was in flight comes twice', async () => {
    const receiver = await endOfLine();
    const collector = await collectorBefore(binary, receiver);
    const pipeline = openPipeline({ endpoint: `http://${collector.endpoint('otlp')}` }, { scheduledDelayMillis: 10 });
    const stopLoad = steadyLoad(pipeline);
    let mayBeTwice = 0;
    for (let kill = 0; kill < 4; kill += 1) {
      const { requests } = receiver.stats();
      await receiver.waitForRequests(requests + 5);
      await collector.kill();
      // The exporter keeps what was in flight, and tries it again, within the same send.
      mayBeTwice += pipeline.processor.stats().inFlight;
      await collector.restart();
    }
    const emitted = stopLoad();
    await pipeline.processor.forceFlush();
    const { duplicates, ...rest } = pipeline.account(taken(receiver));
    expect({ ...rest, duplicates: 0 }).toEqual(allDelivered(emitted));
    expect(duplicates).toBeLessThanOrEqual(mayBeTwice);
  });

  test('is stopped and restarted gracefully: nothing is lost, nothing comes twice', async () => {
    const receiver = await endOfLine();
    const collector = await collectorBefore(binary, receiver);
    const pipeline = openPipeline({ endpoint: `http://${collector.endpoint('otlp')}` }, { scheduledDelayMillis: 10 });
    const stopLoad = steadyLoad(pipeline);
    for (let restart = 0; restart < 3; restart += 1) {
      const { requests } = receiver.stats();
      await receiver.waitForRequests(requests + 5);
      await collector.stop();
      await collector.restart();
    }
    const emitted = stopLoad();
    await pipeline.processor.forceFlush();
    expect(pipeline.account(taken(receiver))).toEqual(allDelivered(emitted));
  });

  test('comes back with a wrong certificate, then with a right one: nothing is lost, the cause is told once', async () => {
    const ca = await createCertificateAuthority();
    onTestFinished(() => ca.dispose());
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await endOfLine();
    const collector = await collectorBefore(binary, receiver, await ca.server());
    const port = collector.endpoint('otlp').split(':')[1];
    const pipeline = openPipeline(
      { endpoint: `https://localhost:${port}`, tls: { ca: ca.cert } },
      { scheduledDelayMillis: 10 },
    );
    const stopLoad = steadyLoad(pipeline);
    await receiver.waitForRequests(5);
    await collector.stop();
    await collector.restart({ otlp: optionsFor(receiver, await ca.expiredServer()) });
    const { records } = receiver.stats();
    await expect.poll(() => diagnostics.messages.join('\n'), { timeout: 10_000 }).toContain('CERT_HAS_EXPIRED');
    await delay(500);
    expect(receiver.stats().records).toBe(records);
    expect(pipeline.processor.stats()).toMatchObject({ delivered: records });
    await collector.stop();
    await collector.restart({ otlp: optionsFor(receiver, await ca.server()) });
    const emitted = stopLoad();
    await pipeline.processor.forceFlush();
    expect(pipeline.account(taken(receiver))).toEqual(allDelivered(emitted));
    expect(diagnostics.messages.filter((message) => message.includes('CERT_HAS_EXPIRED'))).toHaveLength(1);
  });
});
