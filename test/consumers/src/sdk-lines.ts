// SPDX-License-Identifier: Apache-2.0

/** One of the two living lines of the OpenTelemetry logs SDK. */
export interface SdkLine {
  readonly name: '0.2xx' | '3.x';
  /** What an application on this line has installed. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Major versions of Node that the line supports. */
  readonly nodeMajors: readonly number[];
}

const GRPC_EXPORTER = '@opentelemetry/exporter-logs-otlp-grpc';

export const SDK_LINES: readonly SdkLine[] = [
  {
    name: '0.2xx',
    dependencies: {
      '@opentelemetry/api': '1.9.1',
      '@opentelemetry/api-logs': '0.223.1',
      '@opentelemetry/sdk-logs': '0.223.1',
      [GRPC_EXPORTER]: '0.223.1',
    },
    nodeMajors: [20, 22, 24, 26],
  },
  {
    name: '3.x',
    dependencies: {
      '@opentelemetry/api': '1.10.0',
      '@opentelemetry/sdk-logs': '3.1.1',
      [GRPC_EXPORTER]: '0.301.0',
    },
    // Its engines say >=22.15.
    nodeMajors: [22, 24, 26],
  },
];

/** The official exporter is needed only where everything is mixed. */
export function aloneDependencies(line: SdkLine): Record<string, string> {
  return Object.fromEntries(Object.entries(line.dependencies).filter(([name]) => name !== GRPC_EXPORTER));
}
