// SPDX-License-Identifier: Apache-2.0
import type { ExporterType } from '../exporter-options.ts';
import { LOGFERRY_CONSOLE, ROTATING_FILE, STANDARD_FILE } from './file-sections.ts';
import { LOGFERRY_GRPC, LOGFERRY_HTTP } from './otlp-sections.ts';
import type { SectionShape } from './shape.ts';

/** All options of each exporter. */
export const EXPORTER_SECTIONS: Readonly<Record<ExporterType, SectionShape>> = {
  'otlp-grpc': LOGFERRY_GRPC,
  'otlp-http': LOGFERRY_HTTP,
  'rotating-file': ROTATING_FILE,
  'otlp-file': STANDARD_FILE,
  console: LOGFERRY_CONSOLE,
};
