// SPDX-License-Identifier: Apache-2.0
import { isMainThread } from 'node:worker_threads';

import { isLogferryError } from '@logferry/core';

import { createLogPipeline, type LogPipeline } from '../pipeline/log-pipeline.ts';
import { hasPackage, loadPackage } from '../pipeline/packages.ts';
import { installedSdk } from '../pipeline/sdk-line.ts';
import { diagOnStderr } from './diag-on-stderr.ts';
import { hasGlobalProvider, setGlobalProvider } from './global-provider.ts';
import { registerOptions } from './register-options.ts';
import { say } from './say.ts';

const REGISTERED = Symbol.for('logferry.config.registered');

const BRIDGE = '@logferry/bridge-api-logs';

const NAME = '@logferry/config/register';

/** A file is written by one thread; the others have the same configuration. */
const OF_THREAD =
  ' in this worker thread (files that several threads write need when_in_use: own-name, or LOGFERRY_FILE_WHEN_IN_USE=own-name)';

/**
 * Sets up logging from OTEL_CONFIG_FILE or the environment, and makes its provider the global one. Whatever goes wrong is
 * said on stderr, and the application starts without.
 */
export function registerPipeline(): void {
  const globals = globalThis as { [REGISTERED]?: true };
  // `--require` and `--import` may both be given, or the module be there twice.
  if (globals[REGISTERED] === true) return;
  globals[REGISTERED] = true;
  try {
    setUp(process.env);
  } catch (error) {
    // What somebody else's code threw may hold anything; only its first line, without values of ours.
    const reason = isLogferryError(error)
      ? error.message
      : String((error as Error | undefined)?.message ?? error).split('\n', 1)[0];
    const isThreadWithoutFile = !isMainThread && isLogferryError(error) && error.code === 'UNUSABLE_FILE';
    say(`${NAME} has set up no logging${isThreadWithoutFile ? OF_THREAD : ''}: ${reason}`);
  }
}

function setUp(variables: NodeJS.ProcessEnv): void {
  if (variables['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return;
  const sdk = installedSdk(NAME);
  if (hasGlobalProvider(sdk.line)) {
    say(
      `${NAME} has set up no logging: there is a LoggerProvider already, of a NodeSDK or of the application. ` +
        'Load this module before it, or without this module give it createLogPipeline(…).processors',
    );
    return;
  }
  const { options, logLevel, warnings } = registerOptions(variables);
  for (const warning of warnings) say(warning);
  if (options.disabled === true) return;
  diagOnStderr(logLevel);
  const pipeline: LogPipeline = createLogPipeline(options);
  setGlobalProvider(sdk, pipeline.createLoggerProvider());
  if (sdk.line === '3.x') bridgeOlderApi();
}

/** What emits through the API of the older line, such as the transport of winston, is lost on 3.x without the bridge. */
function bridgeOlderApi(): void {
  if (!hasPackage(BRIDGE)) return;
  const { bridgeApiLogs } = loadPackage(BRIDGE, NAME) as { readonly bridgeApiLogs: () => unknown };
  bridgeApiLogs();
}
