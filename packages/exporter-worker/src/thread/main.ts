// SPDX-License-Identifier: Apache-2.0
// What runs in the worker thread. It is an entry of its own, found by its name beside `worker-thread.ts`.
import process from 'node:process';
import { workerData } from 'node:worker_threads';

import type { ThreadSetup } from '../protocol.ts';
import { runExporter } from './run-exporter.ts';
import { ThreadPort } from './thread-port.ts';

const setup = workerData as ThreadSetup;
const port = new ThreadPort(setup.port, setup.signal);
// A thread that dies says so even to an application that blocks and sees no event.
process.on('exit', () => port.sayEnded());
await runExporter(setup, port);
