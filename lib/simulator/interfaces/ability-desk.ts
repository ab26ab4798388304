import type { Json } from '#lib/json/exact-json.ts';
import type { Route } from '../api-server.ts';
import { abilitiesOf } from './device-facts.ts';
import type { Asked, Serve } from './operation-route.ts';
import type { Tenant } from './tenant.ts';

type Version = Asked<'batchShowVersionAbilities'>['versions'][number];

/** All abilities by the names of the reference (20.5). */
const names = [
  'ptz',
  'talk',
  'localstorage',
  'flowstatis',
  'intelligent',
  'cloudstorage',
  'alarmvoice',
  'brotate',
  'mediaencryptgcm',
  'soundlightalarm',
  'algorithm',
  'reportupgrade',
  'logcollect',
  'audiovideoswitch',
  'sdcardformat',
  'lightcontrol',
  'wifiinfo',
  'supplement',
  'certdelive',
  'batch_upgrade',
  'ptzspin',
  'zoom',
  'autofocus',
  'volumnset',
  'reset',
  'maskmode',
  'motionflow',
  'iris',
  'preset',
  'cruise',
  'securitykey',
  'tlvframe',
  'alarmsound',
  'alarmlight',
  'microphone',
  'devnormalrecord',
  'abilityauth',
  'ptz_3d_locate',
];
const ofCameras = ['intelligent', 'cloudstorage', 'soundlightalarm', 'securitykey', 'abilityauth'];
const ofRecorders = ['intelligent', 'cloudstorage', 'localstorage', 'devnormalrecord', 'securitykey'];
/** Limits of those that have any: texts, where whether there is the ability is a flag. */
const limits: { readonly [name: string]: { readonly [limit: string]: string } } = {
  soundlightalarm: {
    alarm_voice_file_max_num: '6',
    alarm_voice_one_file_max_size: '76800',
    alarm_voice_file_max_size: '524288',
  },
  preset: { preset_max_num: '512' },
};

/** What models of devices can do (19): by their type, and what the tenant's own ones of that model can do besides. */
export function createAbilityRoutes(serve: Serve, { states }: Tenant): Route[] {
  const supported = ({ device_type: type, model, firmware }: Version): readonly string[] => {
    const own = states
      .present()
      .filter((one) => one.deviceType === type && one.model === model && one.firmware === firmware)
      .flatMap((camera) => abilitiesOf(camera));
    const moving = own.includes('ptz') ? ['preset', 'cruise'] : [];
    return [...own, ...moving, ...byType(type)];
  };
  return [
    serve('batchShowVersionAbilities', ({ versions, need_specification: hasLimits = false, ability = names }) => ({
      abilities: versions.map((version) => {
        const can = supported(version);
        const told = names
          .filter((name) => ability.includes(name))
          .map((name): [string, Json] => {
            const support = can.includes(name);
            return [name, { ...(hasLimits && support ? limits[name] : {}), support }];
          });
        return { ...version, abilities: Object.fromEntries<Json>(told) };
      }),
    })),
  ];
}

function byType(type: string): readonly string[] {
  if (type.startsWith('IPC')) return ofCameras;
  return type === 'NVR' || type === 'MEdge' ? ofRecorders : [];
}
