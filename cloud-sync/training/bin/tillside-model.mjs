#!/usr/bin/env node
import '../dist/model-cli.js';
