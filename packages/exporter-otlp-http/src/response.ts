// SPDX-License-Identifier: Apache-2.0
import { sanitizeUntrustedText } from '@logferry/core';
import {
  decodeExportResponse,
  decodeJsonExportResponse,
  decodeJsonStatusMessage,
  decodeStatusMessage,
  type ExportResponse,
} from '@logferry/otlp-encoding';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const gunzipped = promisify(gunzip);

/** What the specification tells a client to take; it also bounds what a gzip bomb can unpack to. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

/** A body, or why it tells nothing. */
export type Body =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'unreadable'; readonly why: string };

const TOO_LARGE: Body = { kind: 'unreadable', why: `it is over ${MAX_RESPONSE_BYTES} bytes` };
const BAD_ENCODING: Body = { kind: 'unreadable', why: 'its content encoding is none that was asked for, or damaged' };

/** Reads a body to its end, but no more than the limit. Rejects when the connection ends before. */
export async function readBody(chunks: AsyncIterable<Uint8Array>, encoding: string | undefined): Promise<Body> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop closes the connection, which the rest would arrive on.
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) return TOO_LARGE;
    parts.push(chunk);
  }
  const bytes = Buffer.concat(parts, size);
  if (encoding === undefined || encoding === 'identity' || size === 0) return { kind: 'bytes', bytes };
  if (encoding !== 'gzip') return BAD_ENCODING;
  try {
    return { kind: 'bytes', bytes: await gunzipped(bytes, { maxOutputLength: MAX_RESPONSE_BYTES }) };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : BAD_ENCODING;
  }
}

/**
 * What the body of a success says; a message of our own where it can't be understood, because records may be lost there.
 * @param withoutSecrets takes out of the server's words what must not be shown.
 */
export function exportResponse(
  body: Body,
  contentType: string,
  withoutSecrets: (text: string) => string,
): ExportResponse {
  if (body.kind !== 'bytes') return { rejectedCount: 0, message: `the answer can not be read: ${body.why}` };
  const { bytes } = body;
  // Some receivers answer with nothing, which is no message in JSON.
  if (bytes.length === 0) return { rejectedCount: 0, message: undefined };
  const type = mediaType(contentType);
  const decoded =
    type === 'application/json'
      ? decodeJsonExportResponse(textOf(bytes), withoutSecrets)
      : type === 'application/x-protobuf'
        ? decodeExportResponse(bytes, withoutSecrets)
        : undefined;
  if (decoded !== undefined) return decoded;
  const shown = sanitizeUntrustedText(type === '' ? 'of no type' : type, 64);
  return { rejectedCount: 0, message: `the answer is not one of an OTLP receiver (${shown}): is the endpoint right?` };
}

/** What the body of a failure says, as the server wrote it; undefined where that is not for people. */
export function failureText(body: Body, contentType: string): string | undefined {
  if (body.kind !== 'bytes' || body.bytes.length === 0) return undefined;
  switch (mediaType(contentType)) {
    case 'application/x-protobuf':
      return decodeStatusMessage(body.bytes);
    case 'application/json':
      return decodeJsonStatusMessage(textOf(body.bytes));
    case 'text/plain':
      return textOf(body.bytes.subarray(0, 4096)).trim() || undefined;
    default:
      return undefined;
  }
}

function mediaType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
