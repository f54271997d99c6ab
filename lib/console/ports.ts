// What the console needs from whoever serves it: folder mode with its own tokens, or AWS behind an authorizer.

import type { Previewer } from '../preview.ts';
import type { ReviewPlaces } from '../review/act.ts';
import type { Actor } from '../review/transitions.ts';
import type { StatusPlaces } from '../status/document-status.ts';

/** Somebody who is signed in. */
export type Identity = {
  readonly actor: Actor;
  /** Of this sign-in: what its forms are bound to. */
  readonly session: string;
};

export type SignIn =
  /** Tokens that were handed out, each good for one sign-in. */
  | {
      readonly kind: 'tokens';
      /** Who the token is for; undefined where it is none, was used, or is too old. Using is another thing. */
      nameOf(token: string): string | undefined;
      /** Takes the token's worth; undefined as above. Answers the cookie's value. */
      use(token: string): string | undefined;
      identify(cookie: string): Identity | undefined;
      signOut(cookie: string): void;
    }
  /** Whoever stands before us has checked who it is (API Gateway's authorizer). */
  | { readonly kind: 'outside'; identify(request: Request): Identity | undefined; readonly signOutUrl?: string };

export type ConsolePorts = {
  readonly review: ReviewPlaces;
  readonly signIn: SignIn;
  /** The hosts that it is reached by; a page elsewhere that gives its own name our address is none (DNS rebinding). */
  readonly isOurHost: (host: string) => boolean;
  /** Lines of what is the matter, of folder mode; asked at each view. */
  readonly status?: () => ConsoleStatus;
  /** Where documents are, for programs that carry a sign-in. */
  readonly documents?: StatusPlaces;
  /** Takes a document that somebody uploads through the console. */
  readonly upload?: (name: string, body: Uint8Array) => Promise<void>;
  readonly maxUploadBytes?: number;
  /** Draws hostile bytes where that harms nobody. */
  readonly draw?: Previewer['draw'];
  /** Said to the log: never a key or a name. */
  readonly onFailure: (error: unknown) => void;
};

export type ConsoleStatus = {
  readonly scanner: 'clamd' | 'clamd-test-signatures' | 'guardduty' | 'none' | 'not-run';
  readonly waiting: number;
  readonly published: number;
  readonly quarantined: number;
  readonly isShadow: boolean;
};
