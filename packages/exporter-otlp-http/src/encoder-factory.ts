// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder } from '@logferry/core';
import { type EncoderOptions, OtlpJsonEncoder, OtlpProtobufEncoder } from '@logferry/otlp-encoding';

import type { OtlpHttpLogRecordExporterOptions, OtlpHttpProtocol } from './options.ts';

/** @throws LogferryError `INVALID_OPTION`: a bad option has to fail here and not at the first record. */
export function encoderFactory(
  protocol: OtlpHttpProtocol,
  options: Pick<OtlpHttpLogRecordExporterOptions, 'maxRecordBytes'>,
  memory?: EncoderOptions['memory'],
): () => BatchEncoder {
  const encoderOptions: EncoderOptions = {
    ...(options.maxRecordBytes === undefined ? {} : { maxRecordBytes: options.maxRecordBytes }),
    ...(memory === undefined ? {} : { memory }),
  };
  const createEncoder = (): BatchEncoder =>
    protocol === 'http/json'
      ? new OtlpJsonEncoder({ ...encoderOptions, oneLine: true })
      : new OtlpProtobufEncoder(encoderOptions);
  createEncoder();
  return createEncoder;
}
