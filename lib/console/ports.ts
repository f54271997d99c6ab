// What the console needs from whoever serves it: folder mode with its own tokens, or AWS behind an authorizer.

import type { Context, Hono } from 'hono';
import type { HandOut } from '../hand-out.ts';
import type { PictureAnswer, PictureOrder } from '../picture-orders.ts';
import type { ReviewPlaces } from '../review/act.ts';
import type { Actor } from '../review/transitions.ts';
import type { StatusPlaces } from '../status/document-status.ts';
import type { Env } from './context.ts';
import type { Programs } from './programs.ts';

/** Somebody who is signed in. */
export type Identity = {
  readonly actor: Actor;
  /** Of this sign-in: what its forms are bound to. Nobody else can know or guess it. */
  readonly session: string;
  /** What the person is called, for their own eyes; nothing is decided by it. */
  readonly name?: string;
};

/** How people sign in: with tokens that were handed out, or with an issuer of OpenID Connect. */
export type SignIn = {
  /** Adds the addresses that answer before anybody is signed in. */
  routes(app: Hono<Env>): void;
  /** Asked at every request. Rejects for outages. */
  identify(context: Context<Env>): Promise<Identity | undefined>;
  /** Where a browser without a sign-in is sent; without it, it is told so. */
  invite?(context: Context<Env>): Response | Promise<Response>;
  /** Answers where to go then. */
  signOut(context: Context<Env>): Promise<string>;
};

export type ConsolePorts = {
  readonly review: ReviewPlaces;
  readonly signIn: SignIn;
  /** The hosts that it is reached by; a page elsewhere that gives its own name our address is none (DNS rebinding). */
  readonly isOurHost: (host: string) => boolean;
  /** Every channel's console has a ledger of its own: which one this is, and where the others are. */
  readonly channels?: Channels;
  /** Lines of what is the matter, of folder mode; asked at each view. */
  readonly status?: () => ConsoleStatus;
  /** Where documents are, for programs that carry a sign-in. */
  readonly documents?: StatusPlaces;
  /** Programs that read and do things with cases, with tokens of their own; none when absent. */
  readonly programs?: Programs;
  /** Takes a document that somebody uploads through the console. */
  readonly upload?: (name: string, body: Uint8Array, by: string) => Promise<void>;
  readonly maxUploadBytes?: number;
  /**
   * Draws hostile bytes where that harms nobody. Told by the signal that nobody waits any more; asked again it may have gone
   * on. Rejects where whoever draws failed.
   */
  readonly pictures?: (order: PictureOrder, signal: AbortSignal) => Promise<PictureAnswer>;
  readonly handOut: HandOut;
  /** Where an unknown browser asks from, so that one does not use up what all may ask; all are one when absent. */
  readonly sourceOf?: (context: Pick<Context<Env>, 'req'>) => string;
  /** Counted: what somebody was not let do. */
  readonly onRefused?: (what: Refused) => void;
  /** Said to the log: never a key or a name. */
  readonly onFailure: (error: unknown) => void;
};

export type Channels = {
  readonly own: string;
  readonly others: readonly { readonly name: string; readonly url: string }[];
};

export type ConsoleStatus = {
  readonly scanner: 'clamd' | 'clamd-test-signatures' | 'guardduty' | 'none' | 'not-run';
  readonly waiting: number;
  readonly published: number;
  readonly quarantined: number;
  readonly isShadow: boolean;
};

/** A sign-in did not succeed · a deed or a form was not let through · too much at once. */
export type Refused = 'sign-in' | 'forbidden' | 'too-many';
