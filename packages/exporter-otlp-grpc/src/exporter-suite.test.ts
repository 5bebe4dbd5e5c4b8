// SPDX-License-Identifier: Apache-2.0

/** What both OTLP exporters have to do alike. */
import { type Reply, startOtlpReceiver } from '@logferry-test/support';
import { type ExporterKind, testLifecycle, testWithSdk } from '@logferry-test/support/exporter-suite';

import { OtlpGrpcLogRecordExporter } from './index.ts';

const GRPC: ExporterKind<Reply> = {
  packageName: '@logferry/exporter-otlp-grpc',
  open: (options) => new OtlpGrpcLogRecordExporter(options),
  startReceiver: (respond) => startOtlpReceiver({ respond: (_request, index) => respond(index) }),
  busy: { reply: { kind: 'status', code: 14, message: 'busy' }, reason: 'UNAVAILABLE: busy' },
  refused: { reply: { kind: 'status', code: 3, message: 'bad' }, reason: 'INVALID_ARGUMENT: bad' },
};

testLifecycle(GRPC);
testWithSdk(GRPC);
