/** Runs in the sandbox before the page, where modules are CommonJS. Gives the page one fact and no powers. */
const { contextBridge } = require('electron') as typeof import('electron');

contextBridge.exposeInMainWorld('tillsideShell', { kind: 'electron' });
