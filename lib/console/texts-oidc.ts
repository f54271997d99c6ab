// What is said around signing in with an issuer, in both languages.

import type { Texts } from './texts-en.ts';

type OidcTexts = {
  readonly needed: string;
  readonly failed: string;
  readonly outage: string;
  readonly noRole: string;
  readonly again: string;
  readonly out: string;
  readonly outThere: string;
};

const OIDC: Readonly<Record<Texts['lang'], OidcTexts>> = {
  en: {
    needed: 'You are not signed in, or your sign-in has ended. Nothing was done.',
    failed: 'That sign-in did not succeed: it was begun in another window, took too long, or was refused.',
    outage: 'Signing in does not work at the moment. Try again in a minute.',
    noRole: 'You are known, but no group of yours has a role here. Whoever runs this console can say which has.',
    again: 'Sign in again',
    out: 'You are signed out here.',
    outThere: 'Sign out of your account as well',
  },
  nl: {
    needed: 'U bent niet aangemeld, of uw aanmelding is verlopen. Er is niets gedaan.',
    failed: 'Die aanmelding is niet gelukt: ze begon in een ander venster, duurde te lang, of werd geweigerd.',
    outage: 'Aanmelden lukt op dit moment niet. Probeer het over een minuut opnieuw.',
    noRole: 'U bent bekend, maar geen van uw groepen heeft hier een rol. Wie deze console beheert weet welke wel.',
    again: 'Opnieuw aanmelden',
    out: 'U bent hier afgemeld.',
    outThere: 'Meld u ook af van uw account',
  },
};

export function oidcTexts({ lang }: Texts): OidcTexts {
  return OIDC[lang];
}
