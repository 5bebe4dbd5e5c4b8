// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { commandRuns } from '../test-doubles/command-runs.ts';

const { file, logferry } = commandRuns();

test('explain shows where each value comes from, and no secret', async () => {
  file(
    'explained.yaml',
    `
log_level: error
resource: { attributes: [{ name: service.name, value: shop }, { name: team, value: "\${TEAM}" }] }
logger_provider:
  processors:
    - batch:
        schedule_delay: 50
        max_queue_size: 9000
        exporter:
          otlp_http:
            endpoint: https://of-file/v1/logs
            headers: [{ name: api-key, value: "hunter2-of-file" }]
            timeout: \${TIMEOUT}
`,
  );
  const { code, lines, errors } = await logferry(['explain', 'explained.yaml'], {
    TEAM: 'hunter2-of-variable',
    TIMEOUT: '700',
    OTEL_BLRP_SCHEDULE_DELAY: '70',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:hunter2@of-variable:4318?key=hunter2',
    OTEL_SERVICE_NAME: 'till',
    LOGFERRY_REDACTION: 'gdpr',
    LOGFERRY_REDACTION_KEYS: 'a:hunter2',
  });
  expect(errors).toBe('');
  expect(code).toBe(0);
  expect(lines.filter((line) => !line.endsWith('# default'))).toEqual([
    'destinations.otlp-http.queue.scheduledDelayMillis = 70 # OTEL_BLRP_SCHEDULE_DELAY',
    'destinations.otlp-http.queue.maxQueueSize = 9000 # explained.yaml:9',
    'destinations.otlp-http.exporter.endpoint = https://…@of-variable:4318?… # OTEL_EXPORTER_OTLP_ENDPOINT',
    'destinations.otlp-http.exporter.timeoutMillis = 700 # explained.yaml:14 with TIMEOUT',
    'destinations.otlp-http.exporter.headers.api-key = (hidden) # explained.yaml:13',
    'destinations.otlp-http.exporter.type = otlp-http # explained.yaml:11',
    'resource.attributes.service.name = till # OTEL_SERVICE_NAME',
    'resource.attributes.team = (hidden) # explained.yaml:4 with TEAM',
    'redaction.policy = gdpr # LOGFERRY_REDACTION',
    'redaction.keysVariable = LOGFERRY_REDACTION_KEYS # LOGFERRY_REDACTION_KEYS',
    'logLevel = error # explained.yaml:3',
  ]);
  expect(lines).toContain('destinations.otlp-http.queue.maxQueueBytes = 67108864 # default');
  expect(lines.join('\n')).not.toContain('hunter2');
});

test('explain without a file shows what the environment alone gives, whole', async () => {
  const { code, lines } = await logferry(['explain'], { LOGFERRY_CONSOLE_FORMAT: 'json', OTEL_LOG_LEVEL: 'debug' });
  expect(code).toBe(0);
  expect(lines).toEqual([
    'destinations.console.exporter.format = json # LOGFERRY_CONSOLE_FORMAT',
    'destinations.console.exporter.type = console # default',
    'destinations.console.exporter.colour = as the terminal and NO_COLOR say # default',
    'destinations.console.exporter.timeZone = utc # default',
    'destinations.console.exporter.stderrMinSeverity = none # default',
    'destinations.console.exporter.includeResource = false # default',
    'destinations.console.exporter.maxRecordBytes = 65536 # default',
    'destinations.console.exporter.writeTimeoutMillis = 30000 # default',
    'destinations.console.exporter.maxPendingBytes = 67108864 # default',
    'destinations.console.minimumSeverity = all # default',
    'destinations.console.loggers = every logger # default',
    'destinations.console.sampledTracesOnly = false # default',
    'destinations.console.sampling = every record # default',
    'destinations.console.rateLimit = no limit # default',
    'destinations.console.fingersCrossed = nothing is held # default',
    'destinations.console.suppressionNotices = false # default',
    'destinations.console.isolation = none for what only reads, otherwise view # default',
    'destinations.console.redaction = none # default',
    'destinations.console.queue.scheduledDelayMillis = 1000 # default',
    'destinations.console.queue.exportTimeoutMillis = 30000 # default',
    'destinations.console.queue.maxQueueSize = 131072 # default',
    'destinations.console.queue.maxExportBatchSize = 8192 # default',
    'destinations.console.queue.maxQueueBytes = 67108864 # default',
    'destinations.console.queue.maxExportBatchBytes = 1048576 # default',
    'destinations.console.queue.overflowPolicy = drop-newest # default',
    'destinations.console.queue.severityReserve = 0.1 # default',
    'destinations.console.queue.reservedSeverity = warn # default',
    'destinations.console.queue.shutdownTimeoutMillis = 30000 # default',
    'destinations.console.queue.dropNotices = false # default',
    'destinations.console.worker = false # default',
    'disabled = false # default',
    'flushOn = none # default',
    'flushOnTimeoutMillis = 5000 # default',
    'flushTimeoutMillis = 30000 # default',
    'shutdownTimeoutMillis = 30000 # default',
    'logLevel = debug # OTEL_LOG_LEVEL',
  ]);
});
