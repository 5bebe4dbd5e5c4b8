// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { OtlpJsonEncoder } from './otlp-json-encoder.ts';
import { OtlpProtobufEncoder } from './otlp-protobuf-encoder.ts';
import { restoreJsonLinesBatch, restoreProtobufBatch } from './restore-batch.ts';

const BODIES = ['ascii', 'grüße', '日本語'.repeat(2000), 'x'.repeat(50_000), '\ud800 lone', ''];

function encode(encoder: BatchEncoder): EncodedBatch {
  for (let index = 0; index < 60; index += 1) {
    encoder.append(
      testRecord({ body: BODIES[index % BODIES.length], attributes: { index, nested: { list: [1.5, 'ü', true] } } }),
    );
  }
  return encoder.take()!;
}

function content(batch: EncodedBatch): Buffer {
  return Buffer.from(batch.bytes);
}

describe.each([
  { Encoder: OtlpProtobufEncoder, restore: restoreProtobufBatch },
  { Encoder: OtlpJsonEncoder, restore: restoreJsonLinesBatch },
])('$Encoder.name with shared memory', ({ Encoder, restore }) => {
  it('writes the same bytes as into private memory', () => {
    const shared = encode(new Encoder({ memory: 'shared' }));
    expect(shared.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(content(shared).equals(content(encode(new Encoder())))).toBe(true);
  });

  it('uses the memory again that is released', () => {
    const encoder = new Encoder({ memory: 'shared' });
    const buffers = new Set<ArrayBufferLike>();
    for (let round = 0; round < 20; round += 1) {
      const batch = encode(encoder);
      if (round >= 10) buffers.add(batch.bytes.buffer);
      batch.release();
    }
    expect(buffers.size).toBeLessThanOrEqual(2);
  });

  it('makes batches that can be split after they were restored from their parts', () => {
    const batch = encode(new Encoder({ memory: 'shared' }));
    const lines = (batch as Partial<{ lines: [] }>).lines;
    const restored = restore({ bytes: batch.bytes, recordCount: batch.recordCount, lines });
    const expected = batch.split().map((part) => [part.recordCount, content(part)]);
    expect(restored.split().map((part) => [part.recordCount, content(part)])).toEqual(expected);
    expect(expected).toHaveLength(2);
  });

  it('splits several batches that were joined and restored as one', () => {
    const batch = encode(new Encoder());
    const bytes = Buffer.concat([batch.bytes, batch.bytes]);
    const parts = restore({ bytes, recordCount: 120, lines: undefined }).split();
    expect(parts.map(({ recordCount }) => recordCount)).toEqual([60, 60]);
  });

  it('refuses an unknown kind of memory', () => {
    expect(() => new Encoder({ memory: 'remote' as 'shared' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining('memory') }),
    );
  });
});
