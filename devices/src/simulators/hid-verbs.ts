import type { SimulatorVerb } from './simulator.ts';

/** What can be done to the plug of any USB device. */
export function plugVerbs(device: { start(): Promise<void>; stop(): Promise<void> }): Record<string, SimulatorVerb> {
  return {
    unplug: { usage: '', help: { zh: '拔掉', en: 'pull the plug' }, run: () => device.stop() },
    plug: {
      usage: '',
      help: { zh: '插回（路径会变）', en: 'plug it in again, under another path' },
      run: () => device.start(),
    },
  };
}
