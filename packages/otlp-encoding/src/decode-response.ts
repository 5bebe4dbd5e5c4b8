// SPDX-License-Identifier: Apache-2.0
import { google, opentelemetry } from '#generated/responses';
import { sanitizeUntrustedText } from '@logferry/core';

/** What a server says about records that it received. */
export interface ExportResponse {
  /** Records that the server refused for good. 0: it took all, and `message` is a warning. */
  readonly rejectedCount: number;
  /** The server's words, cut and with control characters escaped. Undefined when it said nothing. */
  readonly message: string | undefined;
}

/**
 * Decodes an ExportLogsServiceResponse. Never throws.
 *
 * @param withoutSecrets takes out of the server's words what must not be shown, before they are cut.
 * @returns undefined when the bytes are no such message. Without a partial success, as of empty bytes: nothing rejected.
 */
export function decodeExportResponse(
  bytes: Uint8Array,
  withoutSecrets: (text: string) => string = (text) => text,
): ExportResponse | undefined {
  try {
    const response = opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse.decode(bytes);
    const { rejectedLogRecords, errorMessage } = response.partialSuccess ?? {};
    return {
      rejectedCount: clamp(int64(rejectedLogRecords ?? 0), Number.MAX_SAFE_INTEGER),
      message: errorMessage ? sanitizeUntrustedText(withoutSecrets(errorMessage)) : undefined,
    };
  } catch {
    return undefined;
  }
}

/**
 * The message of a `google.rpc.Status`, as the server wrote it: sanitise it before it is shown. Never throws.
 * @returns undefined when the bytes are no status, or its message is empty.
 */
export function decodeStatusMessage(bytes: Uint8Array): string | undefined {
  try {
    return google.rpc.Status.decode(bytes).message || undefined;
  } catch {
    return undefined;
  }
}

const RETRY_INFO_TYPE = /\/google\.rpc\.RetryInfo$/;

/**
 * How long the server asks to wait before a retry, in milliseconds and at least 0, from the `google.rpc.Status` in the
 * trailer `grpc-status-details-bin`. A server may ask for years: the caller clamps. Never throws.
 *
 * @returns undefined when there is no RetryInfo, or the bytes are no status.
 */
export function decodeRetryInfo(grpcStatusDetailsBin: Uint8Array): number | undefined {
  try {
    const { details } = google.rpc.Status.decode(grpcStatusDetailsBin);
    const detail = details.find(({ type_url }) => RETRY_INFO_TYPE.test(type_url ?? ''));
    if (detail === undefined) return undefined;
    const { retryDelay } = google.rpc.RetryInfo.decode(detail.value ?? new Uint8Array());
    const nanos = int64(retryDelay?.seconds ?? 0) * 1_000_000_000n + BigInt(retryDelay?.nanos ?? 0);
    // Rounded up, because the server says "at least".
    return clamp((nanos + 999_999n) / 1_000_000n, Number.MAX_SAFE_INTEGER);
  } catch {
    return undefined;
  }
}

/** protobufjs gives the two halves of a 64-bit integer. */
function int64(value: number | { readonly low: number; readonly high: number }): bigint {
  if (typeof value === 'number') return BigInt(value);
  return (BigInt(value.high) << 32n) | BigInt(value.low >>> 0);
}

function clamp(value: bigint, max: number): number {
  if (value <= 0n) return 0;
  return value > BigInt(max) ? max : Number(value);
}
