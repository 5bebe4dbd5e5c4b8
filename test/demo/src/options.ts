// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';

export const HELP = `The demo: logs of a running order service leave over OTLP/gRPC with TLS, into rotating files, and onto the console.

usage: pnpm demo [options]

  --requests N      requests of the built-in load (default 20000)
  --short           a small load, as the tests run it (1000 requests)
  --input FILE      send the JSON lines of FILE instead (pino-style or OTLP JSON); - reads standard input
  --endpoint URL    send to a Collector of your own instead of the embedded receiver:
                    https://host:4317 or, in plaintext, http://host:4317. TLS files, headers and compression
                    come from the standard OTEL_EXPORTER_OTLP_* variables
  --out DIR         where the rotating files go (default: a new folder under the system's temporary folder)
  --max-file-bytes N  size at which a file is rotated (default 1048576)
  --console         print every record on the console instead of a sample
  --help            this text
`;

export interface DemoOptions {
  readonly requests: number;
  readonly input: string | undefined;
  readonly endpoint: string | undefined;
  readonly out: string | undefined;
  readonly maxFileBytes: number;
  readonly wholeConsole: boolean;
}

export type ParsedArguments =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'bad'; readonly message: string };

const DEFAULT_REQUESTS = 20_000;
const SHORT_REQUESTS = 1_000;
const DEFAULT_MAX_FILE_BYTES = 1024 * 1024;
const SMALLEST_FILE_BYTES = 64 * 1024;

export function parseDemoArguments(args: readonly string[]): ParsedArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        requests: { type: 'string' },
        short: { type: 'boolean', default: false },
        input: { type: 'string' },
        endpoint: { type: 'string' },
        out: { type: 'string' },
        'max-file-bytes': { type: 'string' },
        console: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values.endpoint !== undefined && !URL.canParse(values.endpoint)) {
      return { kind: 'bad', message: `--endpoint must be a URL such as https://host:4317; it is "${values.endpoint}"` };
    }
    return {
      kind: 'run',
      options: {
        requests: wholeNumber('--requests', values.requests, 1) ?? (values.short ? SHORT_REQUESTS : DEFAULT_REQUESTS),
        input: values.input,
        endpoint: values.endpoint,
        out: values.out,
        maxFileBytes:
          wholeNumber('--max-file-bytes', values['max-file-bytes'], SMALLEST_FILE_BYTES) ?? DEFAULT_MAX_FILE_BYTES,
        wholeConsole: values.console,
      },
    };
  } catch (error) {
    return { kind: 'bad', message: error instanceof Error ? error.message : String(error) };
  }
}

function wholeNumber(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min)) throw new RangeError(`${name} must be a whole number of at least ${min}; it is "${text}"`);
  return value;
}
