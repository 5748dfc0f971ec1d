/** What is known of an API without a call. */
export interface UpstreamState {
  /** Undefined where its account has no known limits. */
  readonly budget:
    | {
        /** Places in the account's windows, how many of them are left, and in how many milliseconds all are. */
        readonly room: Readonly<Record<'perSecond' | 'secondLeft' | 'perMinute' | 'minuteLeft', number>> &
          Readonly<Record<'secondWholeMs' | 'minuteWholeMs', number | undefined>>;
        /** How many calls wait for a place. */
        readonly waiting: number;
      }
    | undefined;
  /** Each method and route on which anything has failed, and the host as an empty text, with whether it is left alone now. */
  circuits(): readonly (readonly [route: string, isOpen: boolean])[];
}
