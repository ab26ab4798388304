import { describe, expect, it } from 'vitest';
import { operationsOf } from '../operations.ts';
import { simulatedIvm } from '../simulated-ivm.ts';

const recorder = { device_type: 'NVR', model: 'M2120-10-EI', firmware: 'SDC 10.0.RC11.SPC100' };
const fixed = { device_type: 'IPC', model: 'C3050-10-LI-PV(3.6mm)', firmware: 'SDC 10.0.RC11' };

describe('what models of devices can do', () => {
  it('is told of each that is asked about, by its type and by what the tenant has of it', async () => {
    const client = await operationsOf(await simulatedIvm());
    const { abilities } = await client.batchShowVersionAbilities({
      versions: [recorder, fixed, { ...fixed, device_type: 'TOASTER' }],
      ability: ['ptz', 'devnormalrecord', 'soundlightalarm', 'no_such_ability'],
    });
    const told = (ptz: boolean, devnormalrecord: boolean, soundlightalarm: boolean) => ({
      ptz: { support: ptz },
      devnormalrecord: { support: devnormalrecord },
      soundlightalarm: { support: soundlightalarm },
    });
    expect(abilities).toEqual([
      { ...recorder, abilities: told(true, true, false) },
      { ...fixed, abilities: told(false, false, true) },
      { ...fixed, device_type: 'TOASTER', abilities: told(false, false, false) },
    ]);
  });

  it('is told whole where nothing is named', async () => {
    const client = await operationsOf(await simulatedIvm());
    const { abilities } = await client.batchShowVersionAbilities({ versions: [recorder] });
    expect(Object.keys(abilities[0]?.abilities ?? {})).toHaveLength(38);
  });

  it('comes with limits, as texts, where they are asked for', async () => {
    const client = await operationsOf(await simulatedIvm());
    const asked = { versions: [fixed], ability: ['soundlightalarm'] };
    const { abilities: plain } = await client.batchShowVersionAbilities(asked);
    const { abilities: limited } = await client.batchShowVersionAbilities({ ...asked, need_specification: true });
    expect(plain[0]?.abilities).toEqual({ soundlightalarm: { support: true } });
    expect(limited[0]?.abilities).toEqual({
      soundlightalarm: {
        alarm_voice_file_max_num: '6',
        alarm_voice_one_file_max_size: '76800',
        alarm_voice_file_max_size: '524288',
        support: true,
      },
    });
  });
});
