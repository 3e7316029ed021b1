#!/usr/bin/env node
import { runGs1 } from '../dist/gs1/cli/main.js';

process.exitCode = await runGs1(process.argv.slice(2), process);
