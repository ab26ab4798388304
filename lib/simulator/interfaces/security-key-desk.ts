import type { Route } from '../api-server.ts';
import { type IvmCode, IvmRefusal } from '../ivm-refusal.ts';
import { makeOf } from './device-make.ts';
import { type ChannelIds, named } from './find-channel.ts';
import type { Serve } from './operation-route.ts';
import type { Tenant } from './tenant.ts';

type Lock = { key: string | undefined; failures: number; lockedUntilMs: number };

/** The reference does not name the user of a camera. */
const userName = 'SdcAdmin';
/** That a camera locks its user is documented, when is not; five minutes is how long IVM locks users of its own (IVM.10028002). */
const mostFailures = 5;
const lockedMs = 300_000;

/** Passwords of cameras that are connected directly (16): none at first, then whatever was set last. */
export function createSecurityKeyRoutes(serve: Serve, { states, find, now }: Tenant): Route[] {
  const locks = new Map<string, Lock>();

  const reached = (ids: ChannelIds, codeIfAway: IvmCode): Lock => {
    const [device] = find.device(ids.device_id);
    if (device.protocol === 'GB28181' || makeOf(device) !== 'SDC') throw new IvmRefusal('IVM.20140008');
    const camera = find.channel(ids);
    if (!states.isOnline(camera, now())) throw new IvmRefusal(codeIfAway);
    if (states.isFrozen(camera)) throw new IvmRefusal('IVM.20000035');
    const lock = locks.get(ids.device_id) ?? { key: undefined, failures: 0, lockedUntilMs: 0 };
    locks.set(ids.device_id, lock);
    return lock;
  };
  const open = (lock: Lock, key: string): void => {
    const nowMs = now().getTime();
    if (nowMs < lock.lockedUntilMs) throw new IvmRefusal('IVM.20140009');
    if (lock.key === undefined || lock.key === key) {
      lock.failures = 0;
      return;
    }
    lock.failures += 1;
    if (lock.failures === mostFailures) {
      lock.failures = 0;
      lock.lockedUntilMs = nowMs + lockedMs;
    }
    throw new IvmRefusal('IVM.20140006');
  };

  return [
    serve('showSecurityKeyState', (asked) => ({
      security_key_state: reached(asked, 'IVM.20140001').key === undefined ? 'SET' : 'MODIFY',
    })),
    serve('setSecurityKey', (asked) => {
      const lock = reached(asked, 'IVM.20140003');
      const { current_security_key: present, new_security_key: wanted } = asked;
      if (isWeak(wanted)) throw new IvmRefusal('IVM.20140004');
      open(lock, present);
      if (lock.key === wanted) throw new IvmRefusal('IVM.20140005');
      lock.key = wanted;
      return named(asked);
    }),
  ];
}

const kindsOfCharacters = [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/];

function isWeak(key: string): boolean {
  const kinds = kindsOfCharacters.filter((kind) => kind.test(key)).length;
  return kinds < 2 || key === userName || key === Array.from(userName).toReversed().join('');
}
