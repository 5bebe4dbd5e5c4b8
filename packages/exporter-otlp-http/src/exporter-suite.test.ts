// SPDX-License-Identifier: Apache-2.0

/** What both OTLP exporters have to do alike. */
import { type HttpReply, startOtlpHttpReceiver } from '@logferry-test/support';
import { type ExporterKind, testLifecycle, testWithSdk } from '@logferry-test/support/exporter-suite';

import { OtlpHttpLogRecordExporter } from './index.ts';

const HTTP: ExporterKind<HttpReply> = {
  packageName: '@logferry/exporter-otlp-http',
  open: (options) => new OtlpHttpLogRecordExporter(options),
  startReceiver: (respond) => startOtlpHttpReceiver({ respond: (_request, index) => respond(index) }),
  busy: { reply: { kind: 'status', status: 503 }, reason: 'HTTP 503: Service Unavailable' },
  refused: {
    reply: { kind: 'status', status: 400, headers: { 'content-type': 'text/plain' }, body: 'bad' },
    reason: 'HTTP 400: bad',
  },
};

testLifecycle(HTTP);
testWithSdk(HTTP);
