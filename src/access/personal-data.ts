import { Injectable } from '@nestjs/common';
import { uuidOf, type Envelope } from '../eventsourcing/handle.js';
import { keyedFingerprint, seal, unseal } from '../ledger/seal.js';
import { Refusal } from '../problems.js';
import type { Description, SealedDescription } from './access.js';
import { PersonKeys } from './person-keys.js';

/** Where a description is sealed: it opens in the events of this command only. */
const descriptionPlace = (person: string, commandId: string): string => `person/${person}/${commandId}`;

/** Who people are, sealed: read with the key of each, and by nobody once that is destroyed. */
@Injectable()
export class PersonalData {
  constructor(private readonly keys: PersonKeys) {}

  /**
   * The description sealed for a command, and the command's envelope with a fingerprint of it that nobody can try names out on.
   * What is known already is not sealed again.
   *
   * @param known what is known of the person
   */
  seal(
    person: string,
    description: Description,
    envelope: Envelope,
    known: SealedDescription | undefined,
  ): { readonly sealed: string | undefined; readonly envelope: Envelope } {
    const isKnown = isSame(this.open(person, known), description);
    const key = this.keys.make(person);
    const { name, mail } = description;
    const value = { name, mail };
    return {
      sealed: isKnown ? undefined : seal(value, descriptionPlace(person, envelope.commandId), key),
      envelope: { ...envelope, fingerprint: uuidOf(envelope.fingerprint, keyedFingerprint(value, key)) },
    };
  }

  /** @throws Refusal PERSON_KEY_MISSING: nobody has erased it, and the key is not there; SealError: what was sealed was altered */
  open(person: string, known: SealedDescription | undefined): Description | undefined {
    if (!known) return undefined;
    const key = this.keys.of(person);
    if (!key) throw new Refusal('PERSON_KEY_MISSING', ['input', 'personId'], person);
    return unseal(known.sealed, descriptionPlace(person, known.commandId), key) as unknown as Description;
  }

  /** For ever: the one thing that opens what was sealed for a person. */
  destroy(person: string): void {
    this.keys.destroy(person);
  }
}

const isSame = (a: Description | undefined, b: Description): boolean => a?.name === b.name && a.mail === b.mail;
