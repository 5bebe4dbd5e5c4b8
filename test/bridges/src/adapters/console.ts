// SPDX-License-Identifier: Apache-2.0
import { Console } from 'node:console';
import { Writable } from 'node:stream';

import { bridgeConsole } from '@logferry/bridge-console';

import { type BridgeAdapter, SCOPE } from '../bridge-adapter.ts';

export const consoleAdapter: BridgeAdapter = {
  name: 'console',
  // There is no console.fatal, and console.trace adds the stack of its caller, as it prints it.
  levels: ['debug', 'info', 'warn', 'error'],
  // A call takes no time.
  timeForms: [],
  timeKey: undefined,
  readsTraceFields: true,
  log(_line, loggerProvider, { level, message, fields, error }) {
    const target = new Console(new Writable({ write: (_chunk, _encoding, callback) => callback() }));
    const bridge = bridgeConsole({ console: target, name: SCOPE, loggerProvider, output: 'replace' });
    if (level === 'trace' || level === 'fatal') throw new Error(`the console has no ${level}`);
    target[level](message, ...(error === undefined ? [fields] : [fields, error]));
    bridge.restore();
  },
};
