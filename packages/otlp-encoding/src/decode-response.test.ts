// SPDX-License-Identifier: Apache-2.0
import { randomRuns } from '@logferry-test/support/random';
import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeExportResponse, decodeRetryInfo } from './decode-response.ts';

const utf8 = (text: string): Buffer => Buffer.from(text);

/** One length-delimited field. */
function field(number: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(BigInt(value.length))]), value]);
}

function intField(number: number, value: bigint): Buffer {
  return Buffer.from([number << 3, ...varint(BigInt.asUintN(64, value))]);
}

function varint(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
}

function partialSuccess(rejected: bigint, message: Uint8Array): Buffer {
  return field(1, intField(1, rejected), field(2, message));
}

function retryStatus(seconds: bigint, nanos: bigint, typeUrl = 'type.googleapis.com/google.rpc.RetryInfo'): Buffer {
  const retryInfo = field(1, intField(1, seconds), intField(2, nanos));
  return Buffer.concat([
    intField(1, 14n),
    field(2, utf8('busy')),
    field(3, field(1, utf8('type.googleapis.com/google.rpc.Help')), field(2, Buffer.of(255))),
    field(3, field(1, utf8(typeUrl)), field(2, retryInfo)),
  ]);
}

describe('decodeExportResponse', () => {
  it.each<[string, Uint8Array, unknown]>([
    ['an empty response', Buffer.of(), { rejectedCount: 0, message: undefined }],
    ['an empty partial success', field(1), { rejectedCount: 0, message: undefined }],
    ['a partial success', partialSuccess(7n, utf8('too old')), { rejectedCount: 7, message: 'too old' }],
    ['a warning', partialSuccess(0n, utf8('soon')), { rejectedCount: 0, message: 'soon' }],
    ['a count beyond 2^53', partialSuccess(2n ** 62n, utf8('')), { rejectedCount: 2 ** 53 - 1, message: undefined }],
    ['a negative count', partialSuccess(-5n, utf8('')), { rejectedCount: 0, message: undefined }],
    [
      'control characters',
      partialSuccess(1n, utf8('a\n\u001b[31m')),
      { rejectedCount: 1, message: 'a\\u{a}\\u{1b}[31m' },
    ],
    ['text that is no UTF-8', partialSuccess(1n, Buffer.of(0x61, 0xc3)), { rejectedCount: 1, message: 'a\ufffd' }],
    [
      'fields that are unknown',
      Buffer.concat([field(9, utf8('x')), field(1, intField(1, 2n), field(15))]),
      { rejectedCount: 2, message: undefined },
    ],
    ['a field of another wire type', intField(1, 5n), { rejectedCount: 0, message: undefined }],
    ['a message that is cut off', partialSuccess(7n, utf8('too old')).subarray(0, 6), undefined],
    ['something else', utf8('<html>'), undefined],
  ])('%s', (_name, bytes, expected) => {
    expect(decodeExportResponse(bytes)).toEqual(expected);
  });

  it('cuts a long message', () => {
    expect(decodeExportResponse(partialSuccess(1n, Buffer.alloc(1_000_000, 'x')))).toEqual({
      rejectedCount: 1,
      message: `${'x'.repeat(256)}…`,
    });
  });
});

describe('decodeRetryInfo', () => {
  it.each<[string, Uint8Array, number | undefined]>([
    ['seconds and nanoseconds', retryStatus(30n, 500_000_000n), 30_500],
    ['less than a millisecond', retryStatus(0n, 1n), 1],
    ['ten years', retryStatus(315_360_000n, 0n), 315_360_000_000],
    ['more than a number holds', retryStatus(2n ** 63n - 1n, 0n), Number.MAX_SAFE_INTEGER],
    ['a negative delay', retryStatus(-30n, 0n), 0],
    ['negative nanoseconds', retryStatus(0n, -1n), 0],
    ['no delay', field(3, field(1, utf8('type.googleapis.com/google.rpc.RetryInfo'))), 0],
    ['another host in the type', retryStatus(1n, 0n, 'example.com/google.rpc.RetryInfo'), 1000],
    ['another type', retryStatus(1n, 0n, 'type.googleapis.com/other.RetryInfo'), undefined],
    ['a status without details', intField(1, 14n), undefined],
    ['nothing', Buffer.of(), undefined],
    ['a status that is cut off', retryStatus(30n, 0n).subarray(0, 80), undefined],
    ['something else', utf8('<html>'), undefined],
  ])('%s', (_name, bytes, expected) => {
    expect(decodeRetryInfo(bytes)).toBe(expected);
  });
});

it('never throws, whatever a server sends', () => {
  assert(
    property(uint8Array({ maxLength: 64 }), (bytes) => {
      const response = decodeExportResponse(bytes);
      const retry = decodeRetryInfo(bytes);
      return (response === undefined || response.rejectedCount >= 0) && (retry === undefined || retry >= 0);
    }),
    randomRuns(20_000),
  );
});
