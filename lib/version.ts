/** The package's version, in every record. A test holds it equal to package.json. */
export const VERSION = '0.1.0';
