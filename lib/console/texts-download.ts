// What is said where an original is handed out.

export type DownloadTexts = Readonly<Record<'heading' | 'said' | 'password' | 'fetch' | 'tooOld' | 'notYet', string>>;

export const DOWNLOAD_EN: DownloadTexts = {
  heading: 'The original, encrypted',
  said: 'It is on the trail of the case. The link is good for one minute and for you; the password is shown this once.',
  password: 'Password of the archive',
  fetch: 'Fetch the archive (ZIP, AES-256)',
  tooOld: 'This link is too old, or was made for somebody else. Ask for the original again at its case.',
  notYet: 'The archive is not ready yet. Go back and fetch it again.',
};

export const DOWNLOAD_NL: DownloadTexts = {
  heading: 'Het origineel, versleuteld',
  said: 'Het staat in het spoor van de zaak. De link geldt één minuut en voor u; het wachtwoord staat hier deze ene keer.',
  password: 'Wachtwoord van het archief',
  fetch: 'Haal het archief op (ZIP, AES-256)',
  tooOld: 'Deze link is te oud, of voor iemand anders gemaakt. Vraag het origineel opnieuw bij de zaak.',
  notYet: 'Het archief is nog niet klaar. Ga terug en haal het opnieuw op.',
};
