// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { decodeJsonExportResponse, decodeJsonStatusMessage } from './decode-json-response.ts';

test.each<[string, ReturnType<typeof decodeJsonExportResponse>]>([
  ['{}', { rejectedCount: 0, message: undefined }],
  ['{"partialSuccess":{}}', { rejectedCount: 0, message: undefined }],
  ['{"partialSuccess":null}', { rejectedCount: 0, message: undefined }],
  ['{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"old"}}', { rejectedCount: 3, message: 'old' }],
  ['{"partialSuccess":{"rejectedLogRecords":3}}', { rejectedCount: 3, message: undefined }],
  ['{"partialSuccess":{"rejectedLogRecords":"-3"}}', { rejectedCount: 0, message: undefined }],
  [
    '{"partialSuccess":{"rejectedLogRecords":"99999999999999999999"}}',
    { rejectedCount: Number.MAX_SAFE_INTEGER, message: undefined },
  ],
  ['{"partialSuccess":{"rejectedLogRecords":{},"errorMessage":5}}', { rejectedCount: 0, message: undefined }],
  ['{"partialSuccess":{"errorMessage":"a\\nb"}}', { rejectedCount: 0, message: 'a\\u{a}b' }],
  ['{"partialSuccess":"no"}', undefined],
  ['[]', undefined],
  ['null', undefined],
  ['', undefined],
  ['<html>', undefined],
])('the response %s is understood as %j', (text, expected) => {
  expect(decodeJsonExportResponse(text)).toEqual(expected);
});

test.each<[string, string | undefined]>([
  ['{"code":3,"message":"bad field"}', 'bad field'],
  ['{"code":3}', undefined],
  ['{"message":""}', undefined],
  ['{"message":{}}', undefined],
  ['"message"', undefined],
  ['{"message":', undefined],
])('the status %s says %j', (text, expected) => {
  expect(decodeJsonStatusMessage(text)).toBe(expected);
});
