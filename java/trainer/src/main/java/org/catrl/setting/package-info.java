/**
 * What settings records of every package share: the exception that names a key, and the annotations by which a recipe's
 * reader and writer know how a record is spelled. A leaf that anyone may call; it knows of no setting.
 */
package org.catrl.setting;
