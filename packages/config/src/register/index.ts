// SPDX-License-Identifier: Apache-2.0

/** For `node --import @logferry/config/register`, and `--require`: sets up logging before the application is loaded. */
import { registerPipeline } from './register-pipeline.ts';

registerPipeline();
