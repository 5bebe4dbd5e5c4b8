// SPDX-License-Identifier: Apache-2.0
import { sanitizeUntrustedText } from '@logferry/core';

import type { ExportResponse } from './decode-response.ts';

/**
 * Decodes an ExportLogsServiceResponse of OTLP/JSON. Never throws.
 *
 * @param withoutSecrets takes out of the server's words what must not be shown, before they are cut.
 * @returns undefined when the text is no such message. Without a partial success: nothing rejected.
 */
export function decodeJsonExportResponse(
  text: string,
  withoutSecrets: (words: string) => string = (words) => words,
): ExportResponse | undefined {
  const response = parseObject(text);
  if (response === undefined) return undefined;
  const partialSuccess = response['partialSuccess'] ?? {};
  if (!isObject(partialSuccess)) return undefined;
  const { rejectedLogRecords, errorMessage } = partialSuccess;
  const said = typeof errorMessage === 'string' && errorMessage !== '' ? withoutSecrets(errorMessage) : undefined;
  return {
    rejectedCount: countOf(rejectedLogRecords),
    message: said === undefined ? undefined : sanitizeUntrustedText(said),
  };
}

/**
 * The message of a `google.rpc.Status` in JSON, as the server wrote it: sanitise it before it is shown. Never throws.
 * @returns undefined when the text is no status, or its message is empty.
 */
export function decodeJsonStatusMessage(text: string): string | undefined {
  const message = parseObject(text)?.['message'];
  return typeof message === 'string' && message !== '' ? message : undefined;
}

/** int64 is a string in OTLP/JSON; servers that write a number are understood as well. */
function countOf(value: unknown): number {
  const count = typeof value === 'string' && /^\d{1,20}$/.test(value) ? Number(value) : value;
  if (typeof count !== 'number' || !(count > 0)) return 0;
  return Math.min(Math.trunc(count), Number.MAX_SAFE_INTEGER);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
