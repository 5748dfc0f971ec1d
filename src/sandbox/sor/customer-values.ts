import type { Journal, KeptMap } from '../journal.ts';
import type { Attribute } from './definitions.ts';
import { APP_ID, APP_SYSTEM, customerAt, generatedValue, hasApp } from './generated-profiles.ts';
import { isGenerated, type Profile, type ProfileStore } from './profiles.ts';
import { NEVER_SET, type Value } from './values.ts';

/** The app on one device of a customer. */
export interface Installation {
  appId: string;
  systemIdentifier: string;
  deviceId: string;
}

/** What customers have: their values and their apps. */
export class CustomerValues {
  readonly #profiles: ProfileStore;
  /** By position and attribute. */
  readonly #values: KeptMap<Value>;
  /** By position: those of profiles that are not generated. */
  readonly #installed: KeptMap<{ profile: Profile; installations: Installation[] }>;

  constructor(journal: Journal, profiles: ProfileStore) {
    this.#profiles = profiles;
    this.#values = journal.map('values');
    this.#installed = journal.map('installed');
  }

  /** One value; `undefined` for a key that the profile lacks. */
  get(profile: Profile, attribute: Attribute): Value | undefined {
    const written = profile.written ? this.#values.get(keyOf(profile, attribute)) : undefined;
    if (written) return written;
    if (isGenerated(profile)) return attribute.generated ? generatedValue(profile.position, attribute) : undefined;
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

  install(profile: Profile, installations: Installation[]): void {
    this.#installed.set(String(profile.position), { profile, installations });
  }

  installations(profile: Profile): Installation[] {
    const { position } = profile;
    if (!isGenerated(profile)) return this.#installed.get(String(position))?.installations ?? [];
    if (!hasApp(position)) return [];
    const { customerId: deviceId } = customerAt(position - (position % 3) + 2);
    return [{ appId: APP_ID, systemIdentifier: APP_SYSTEM, deviceId }];
  }

  /** The user who last used a device. */
  lastUserOf(deviceId: string): Profile | undefined {
    const isOnIt = (app: Installation) => app.deviceId === deviceId;
    const [last] = [...this.#installed.values()]
      .filter(({ profile: { type }, installations }) => type === 'user_id' && installations.some(isOnIt))
      .sort((one, other) => other.profile.updated - one.profile.updated);
    if (last) return this.#profiles.find(last.profile.customerId, 'user_id');
    const device = this.#profiles.find(deviceId, 'device_id');
    if (!device || !isGenerated(device)) return undefined;
    return this.#profiles.find(customerAt(device.position - 1).customerId, 'user_id');
  }
}

function keyOf({ position }: Profile, { identifier }: Attribute): string {
  return `${position} ${identifier}`;
}
