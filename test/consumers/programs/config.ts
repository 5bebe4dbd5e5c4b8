// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { LogPipelineOptions } from '@logferry/config';

void test('options compile without the packages of the exporters that they name', () => {
  const options: LogPipelineOptions = {
    destinations: { collector: { exporter: { type: 'otlp-grpc', endpoint: 'http://localhost:4317' } } },
  };
  assert.deepEqual(Object.keys(options.destinations), ['collector']);
});
