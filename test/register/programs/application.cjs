// SPDX-License-Identifier: Apache-2.0
// An application: numbered records, and one of the ends of a process. `application.mjs` is the same as an ES module.
const { LINE, NODE_SDK, END, COUNT } = process.env;
const { logs } = require(LINE === '3.x' ? '@opentelemetry/api' : '@opentelemetry/api-logs');
require('./end.cjs')({ logs, end: END, count: Number(COUNT), nodeSdk: NODE_SDK === 'inside' });
