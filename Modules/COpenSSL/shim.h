#pragma once
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <openssl/crypto.h>
#include <openssl/x509v3.h>
#include <openssl/pem.h>
#include "tls.h"
#include "x509.h"
#include <openssl/sha.h>

// SHA-256 of bytes that lie together. EVP makes, asks for and clears a context at every digest, as much work as a block of text; the older
// functions work on the stack. They are marked deprecated since 3.0, and there in every 3.x.
static inline int shuniu_sha256(const void *bytes, size_t count, unsigned char *digest) {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
    SHA256_CTX sum;
    return SHA256_Init(&sum) && SHA256_Update(&sum, bytes, count) && SHA256_Final(digest, &sum);
#pragma clang diagnostic pop
}
