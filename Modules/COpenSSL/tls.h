#pragma once
// OpenSSL's macros do not reach Swift; each one used stands here as a function.
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/bio.h>
#include <string.h>

static inline long shuniu_ctx_set_mode(SSL_CTX *ctx, long mode) { return SSL_CTX_set_mode(ctx, mode); }
static inline long shuniu_ctx_min_version(SSL_CTX *ctx, int version) { return SSL_CTX_set_min_proto_version(ctx, version); }
static inline long shuniu_ctx_max_version(SSL_CTX *ctx, int version) { return SSL_CTX_set_max_proto_version(ctx, version); }
static inline void shuniu_ctx_read_ahead(SSL_CTX *ctx, int on) { SSL_CTX_set_read_ahead(ctx, on); }
static inline long shuniu_ctx_session_cache(SSL_CTX *ctx, long mode) { return SSL_CTX_set_session_cache_mode(ctx, mode); }
static inline long shuniu_ctx_groups(SSL_CTX *ctx, const char *list) { return SSL_CTX_set1_groups_list(ctx, list); }
static inline long shuniu_ssl_server_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
static inline int shuniu_err_reason(unsigned long code) { return ERR_GET_REASON(code); }
static inline EVP_PKEY *shuniu_new_ec_key(const char *curve) {
    // An SM2 key has a type of its own; as "EC" it would sign by ECDSA.
    return strcmp(curve, "SM2") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "SM2") : EVP_EC_gen(curve);
}
static inline long shuniu_bio_bytes(BIO *bio, char **start) { return BIO_get_mem_data(bio, start); }

// No renegotiation, no compression; a peer that closes without saying so is an end, not an error.
static inline void shuniu_ctx_server_options(SSL_CTX *ctx) {
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF
                                 | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
}
