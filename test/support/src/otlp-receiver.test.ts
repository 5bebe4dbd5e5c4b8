// SPDX-License-Identifier: Apache-2.0
import { type ChannelOptions, Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { onTestFinished, expect, test } from 'vitest';
import protobuf from 'protobufjs/minimal.js';

import { createCertificateAuthority } from './certificates.ts';
import { LOGS_EXPORT_METHOD, startOtlpReceiver } from './otlp-receiver.ts';
import { startOtlpReceiverProcess } from './receiver-process.ts';
import { startTcpProxy } from './tcp-proxy.ts';

/** An ExportLogsServiceRequest of one scope with empty log records. */
function request(records: number): Buffer {
  const writer = protobuf.Writer.create();
  writer
    .uint32((1 << 3) | 2)
    .fork()
    .uint32((2 << 3) | 2)
    .fork();
  for (let index = 0; index < records; index += 1) {
    writer
      .uint32((2 << 3) | 2)
      .fork()
      .ldelim();
  }
  writer.ldelim().ldelim();
  return Buffer.from(writer.finish());
}

interface Answer {
  readonly code: number;
  readonly response?: Buffer;
  readonly error?: ServiceError;
}

async function send(port: number, bytes: Buffer, ca?: string, options: ChannelOptions = {}): Promise<Answer> {
  const client = new Client(
    `localhost:${port}`,
    ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca)),
    options,
  );
  const answer = await new Promise<Answer>((resolve) => {
    client.makeUnaryRequest(
      LOGS_EXPORT_METHOD,
      (value: Buffer) => value,
      (value: Buffer) => value,
      bytes,
      new Metadata(),
      { deadline: Date.now() + 5000 },
      (error, response) => resolve(error === null ? { code: 0, response: response! } : { code: error.code, error }),
    );
  });
  client.close();
  return answer;
}

test('a receiver counts the records of each request and answers as it is told', async () => {
  const receiver = await startOtlpReceiver({
    respond: (_request, index) =>
      index === 0 ? { kind: 'ok', rejected: 1, message: 'one is bad' } : { kind: 'status', code: 14, message: 'busy' },
  });
  onTestFinished(() => receiver.close());
  const first = await send(receiver.port, request(3));
  const second = await send(receiver.port, request(2));
  expect(first.response?.toString('latin1')).toBe('\n\x0e\b\x01\x12\x0aone is bad');
  expect(second.code).toBe(14);
  expect(receiver.stats()).toEqual({
    requests: 2,
    records: 5,
    acceptedRecords: 2,
    bytes: request(3).length + request(2).length,
    unreadable: 0,
  });
  expect(receiver.requests.map(({ recordCount }) => recordCount)).toEqual([3, 2]);
});

test('a receiver in a process of its own speaks TLS', async () => {
  const ca = await createCertificateAuthority();
  onTestFinished(() => ca.dispose());
  const receiver = await startOtlpReceiverProcess({ tls: await ca.server() });
  onTestFinished(() => receiver.stop());
  expect((await send(receiver.port, request(7), ca.cert)).code).toBe(0);
  expect(await receiver.stats()).toMatchObject({ requests: 1, records: 7, acceptedRecords: 7 });
  expect(receiver.endpoint).toBe(`https://localhost:${receiver.port}`);
});

test('a receiver can be started again on its port', async () => {
  const receiver = await startOtlpReceiver();
  await receiver.close();
  const again = await startOtlpReceiver({ port: receiver.port });
  onTestFinished(() => again.close());
  expect((await send(again.port, request(1))).code).toBe(0);
});

test('a proxy forwards, stalls and resets', async () => {
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.close());
  const proxy = await startTcpProxy(receiver.port);
  onTestFinished(() => proxy.close());
  expect((await send(proxy.port, request(1))).code).toBe(0);
  proxy.setMode('refuse');
  expect((await send(proxy.port, request(1))).code).toBe(14);
  proxy.setMode('forward');
  proxy.resetAfterBytesDown(1);
  expect((await send(proxy.port, request(1))).code).toBe(14);
  expect(proxy.connections).toBeGreaterThanOrEqual(3);
});
