// SPDX-License-Identifier: Apache-2.0
// An application whose configuration file changes while it runs: first into one with an error, then into a good one.
const { writeFileSync } = require('node:fs');
const { LINE, OTEL_CONFIG_FILE, BAD, GOOD } = process.env;
const { logs } = require(LINE === '3.x' ? '@opentelemetry/api' : '@opentelemetry/api-logs');

const DEBUG = 5;
const logger = logs.getLogger('application');
const say = (body) => logger.emit({ severityNumber: DEBUG, body });

/** Changes the file, sends the signal, and goes on when it has been handled. */
function change(content, next) {
  writeFileSync(OTEL_CONFIG_FILE, content);
  process.once('SIGHUP', () => setImmediate(() => next()));
  process.kill(process.pid, 'SIGHUP');
}

const alive = setInterval(() => {}, 60_000);
say('before');
change(BAD, () => {
  say('still before');
  logger.emit({ severityNumber: 17, body: 'still works' });
  change(GOOD, () => {
    say('after');
    clearInterval(alive);
  });
});
