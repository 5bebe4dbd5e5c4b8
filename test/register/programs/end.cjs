// SPDX-License-Identifier: Apache-2.0
const path = require('node:path');

module.exports = ({ logs, end, count, nodeSdk }) => {
  // A NodeSDK makes a provider as well, which must not get the records a second time.
  if (nodeSdk) require(path.join(__dirname, 'node-sdk.cjs')).start();
  const logger = logs.getLogger('application');
  for (let index = 0; index < count; index += 1) logger.emit({ severityNumber: 9, body: `record ${index}` });
  if (end === 'exit') process.exit(7);
  if (end === 'exception') throw new Error('nobody catches this');
  if (end === 'SIGTERM') {
    setTimeout(() => {}, 60_000);
    process.kill(process.pid, 'SIGTERM');
  }
};
