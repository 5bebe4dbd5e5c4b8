// SPDX-License-Identifier: Apache-2.0
import end from './end.cjs';

const { LINE, NODE_SDK, END, COUNT } = process.env;
const { logs } = await import(LINE === '3.x' ? '@opentelemetry/api' : '@opentelemetry/api-logs');
end({ logs, end: END, count: Number(COUNT), nodeSdk: NODE_SDK === 'inside' });
