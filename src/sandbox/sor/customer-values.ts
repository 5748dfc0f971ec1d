import type { Journal, KeptMap } from '../journal.ts';
import { person } from '../people.ts';
import type { Attribute } from './definitions.ts';
import { APP_ID, APP_SYSTEM, generatedValue, hasApp } from './generated-values.ts';
import { isGenerated, type Profile, type ProfileStore } from './profiles.ts';
import { NEVER_SET, type Value } from './values.ts';

/** The app on one device of a customer. */
export interface Installation {
  appId: string;
  systemIdentifier: string;
  deviceId: string;
}

/** What a customer installed, the app used last at the front. */
interface Installed {
  profile: Profile;
  installations: Installation[];
  /** When it was noted. */
  used: number;
}

/** What customers have: their values and their apps. */
export class CustomerValues {
  readonly #profiles: ProfileStore;
  /** By position and attribute. */
  readonly #values: KeptMap<Value>;
  /** By position. */
  readonly #installed: KeptMap<Installed>;

  constructor(journal: Journal, profiles: ProfileStore) {
    this.#profiles = profiles;
    this.#values = journal.map('values');
    this.#installed = journal.map('installed');
  }

  /** One value; `undefined` for a key that the profile lacks. */
  get(profile: Profile, attribute: Attribute): Value | undefined {
    const written = profile.written ? this.#values.get(keyOf(profile, attribute)) : undefined;
    if (written) return written;
    if (isGenerated(profile))
      return attribute.generated ? generatedValue(profile.position, attribute) : undefined;
    // A profile knows the attributes that existed when it was last written.
    return attribute.created > profile.updated ? undefined : NEVER_SET;
  }

  /** Whether something other than the generator set or removed a value. */
  isWritten(profile: Profile, attribute: Attribute): boolean {
    return profile.written && this.#values.has(keyOf(profile, attribute));
  }

  set(profile: Profile, attribute: Attribute, value: Value): void {
    this.#values.set(keyOf(profile, attribute), value);
  }

  install(profile: Profile, installations: Installation[], used: number): void {
    this.#installed.set(String(profile.position), { profile, installations, used });
  }

  installations(profile: Profile): Installation[] {
    if (!isGenerated(profile)) return this.#installed.get(String(profile.position))?.installations ?? [];
    if (!hasApp(profile.position)) return [];
    return [{ appId: APP_ID, systemIdentifier: APP_SYSTEM, deviceId: personOf(profile).deviceId }];
  }

  /** The user who last used a device. */
  lastUserOf(deviceId: string): Profile | undefined {
    const [last] = [...this.#installed.values()]
      .filter(({ profile }) => profile.type === 'user_id')
      .filter(({ installations }) => installations.some((app) => app.deviceId === deviceId))
      .sort((one, other) => other.used - one.used);
    if (last) return this.#profiles.find(last.profile.customerId, 'user_id');
    const device = this.#profiles.find(deviceId, 'device_id');
    return device && isGenerated(device) ? this.#profiles.find(personOf(device).email, 'user_id') : undefined;
  }
}

function keyOf({ position }: Profile, { identifier }: Attribute): string {
  return `${position} ${identifier}`;
}

function personOf({ position }: Profile) {
  return person(Math.floor(position / 3));
}
