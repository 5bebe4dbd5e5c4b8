// SPDX-License-Identifier: Apache-2.0
import { diag, DiagLogLevel } from '@opentelemetry/api';

import { hasDiagLogger } from './global-provider.ts';
import { say, writeLine } from './say.ts';

/** The SDK says this of itself when a second provider is set up after ours. */
const SECOND_PROVIDER = 'duplicate registration of API: logs';

/** And this when an application sets a diag logger of its own. */
const OVERWRITTEN = 'Current logger will be overwritten';

const LEVELS: Readonly<Record<string, DiagLogLevel>> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

/**
 * Lets what components say of themselves, such as of drops, be read: nobody else does in an application without a line
 * of set-up. Where the application has a diag logger, it stays.
 *
 * @param level the value of OTEL_LOG_LEVEL. Default: warnings and errors.
 */
export function diagOnStderr(level: string | undefined): void {
  if (hasDiagLogger()) return;
  const line = (message: string): void => {
    if (message.includes(OVERWRITTEN)) return;
    if (message.includes(SECOND_PROVIDER)) say(secondProvider());
    else writeLine(`opentelemetry: ${message}`);
  };
  const logger = { error: line, warn: line, info: line, debug: line, verbose: line };
  const logLevel = LEVELS[level?.trim().toLowerCase() ?? ''] ?? DiagLogLevel.WARN;
  diag.setLogger(logger, { logLevel, suppressOverrideMessage: true });
}

function secondProvider(): string {
  return (
    'another LoggerProvider was set up, by a NodeSDK or by the application, and gets no records: ' +
    '@logferry/config/register has set up the one that counts. To log through the other one, start without ' +
    '@logferry/config/register and give it createLogPipeline(…).processors'
  );
}
